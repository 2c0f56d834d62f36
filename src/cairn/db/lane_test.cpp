#include "cairn/db/lane.h"

#include <string>
#include <vector>

#include "cairn/db/lane_write.h"
#include "cairn/db/testing/sim_database.h"
#include "cairn/runtime/task_group.h"

namespace cairn::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Sql kMakeEntry = "CREATE TABLE entry (id INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL)";
constexpr Sql kAddEntry = "INSERT INTO entry (id, body) VALUES (?, ?)";
constexpr Sql kListEntries = "SELECT id FROM entry ORDER BY id";

struct AddEntry {
  int id;
  std::size_t body_bytes = 10;

  [[nodiscard]] static LaneKey lane() { return {}; }
  int run(Transaction& tx) const {
    const std::vector<std::byte> body(body_bytes);
    tx.run(kAddEntry, id, Bytes(body));
    return id;
  }
};

class LaneTest : public ::testing::Test {
 protected:
  LaneTest() : LaneTest(SimDatabase::Options{}) {}
  explicit LaneTest(SimDatabase::Options options) : database_(7, std::move(options)) {
    database_.writer->begin(Connection::Begin::kWrite);
    Transaction(*database_.writer).run(kMakeEntry);
    database_.writer->commit();
  }
  ~LaneTest() override { EXPECT_EQ(group_.running(), 0u) << "somebody never got an answer"; }

  // Queues a change; its answer is noted when it comes.
  void add(AddEntry operation) {
    group_.spawn([](LaneTest& test, AddEntry change) -> Task<> {
      std::string answer = std::to_string(change.id);
      try {
        LaneWrite<AddEntry> write(*test.database_.lane, Turn{}, change);
        co_await write;
      } catch (const Failure& failure) {
        answer += failure.error().code == ErrorCode::kAlreadyExists ? " exists" : " failed";
        if (failure.error().code == ErrorCode::kUnavailable) answer = std::to_string(change.id) + " busy";
        if (failure.error().code == ErrorCode::kNoSpace) answer = std::to_string(change.id) + " no space";
      }
      test.answers_.push_back(answer);
      test.commits_at_answer_.push_back(test.database_.writer->statistics().commits);
    }(*this, operation));
  }

  std::vector<std::int64_t> entries() {
    std::vector<std::int64_t> ids;
    Snapshot snapshot(*database_.writer);
    auto rows = snapshot.query(kListEntries);
    while (rows.next()) ids.push_back(rows.integer(0));
    return ids;
  }

  SimDatabase database_;
  TaskGroup group_;
  std::vector<std::string> answers_;
  std::vector<std::uint64_t> commits_at_answer_;
};

TEST_F(LaneTest, ChangesThatQueuedTogetherShareOneSync) {
  for (int id = 1; id <= 50; ++id) add({id});
  const auto syncs_before = database_.disk.syncs();
  const auto commits_before = database_.writer->statistics().commits;
  EXPECT_EQ(database_.lane->run_batch(), 50u);
  EXPECT_EQ(database_.writer->statistics().commits - commits_before, 1u);
  EXPECT_LE(database_.disk.syncs() - syncs_before, 2u) << "the log's header may be synced once";
  EXPECT_EQ(answers_.size(), 50u);
  EXPECT_EQ(entries().size(), 50u);
}

TEST_F(LaneTest, OneThatIsRefusedCostsItsNeighboursNothing) {
  for (const int id : {1, 2, 1, 3}) add({id});
  database_.run_all();
  EXPECT_THAT(answers_, ElementsAre("1", "2", "1 exists", "3"));
  EXPECT_THAT(entries(), ElementsAre(1, 2, 3));
}

TEST_F(LaneTest, EveryAnswerWaitsForTheCommitRefusalsIncluded) {
  const auto before = database_.writer->statistics().commits;
  for (const int id : {1, 1, 2}) add({id});
  database_.run_all();
  EXPECT_THAT(commits_at_answer_, ElementsAre(before + 1, before + 1, before + 1));
}

TEST_F(LaneTest, WhenTheDiskIsFullWhatFitsIsKeptAndTheRestIsTold) {
  database_.disk.set_capacity(600'000);
  add({1});
  add({2, 1'000'000});
  add({3});
  database_.run_all();
  EXPECT_THAT(answers_, ElementsAre("1", "2 no space", "3"));
  EXPECT_THAT(entries(), ElementsAre(1, 3));
  EXPECT_EQ(database_.halts, 0);
}

TEST_F(LaneTest, AfterAFailedSyncNothingIsAcknowledgedAndTheLaneTakesNoMore) {
  database_.disk.fail_call(SimFiles::Call::kSync, 1);
  add({1});
  add({2});
  database_.run_all();
  add({3});
  EXPECT_THAT(answers_, ElementsAre("1 failed", "2 failed", "3 busy"));
  EXPECT_EQ(database_.halts, 1);
  EXPECT_TRUE(database_.lane->halted());
  database_.restart();
  EXPECT_THAT(entries(), ::testing::AnyOf(IsEmpty(), ElementsAre(1, 2))) << "both or none: the batch was one transaction";
}

TEST_F(LaneTest, WhatIsAcknowledgedByTheNextProcessAfterAFailedSyncSurvivesAPowerCut) {
  database_.disk.fail_call(SimFiles::Call::kSync, 1);
  add({1, 5'000});
  database_.run_all();
  database_.restart_process();
  answers_.clear();
  for (int id = 2; id < 6; ++id) {
    add({id, 5'000});
    database_.run_all();
  }
  EXPECT_THAT(answers_, ElementsAre("2", "3", "4", "5"));
  database_.restart();
  EXPECT_THAT(entries(), ::testing::IsSupersetOf({2, 3, 4, 5}));
}

// Two tables, so two pages: a change of both that shows in one only is torn.
TEST(FailedSync, TheNextProcessNeverMixesWhatTheDiskHasWithWhatMemoryStillShows) {
  constexpr Sql kMakeFirst = "CREATE TABLE IF NOT EXISTS first (value INTEGER NOT NULL)";
  constexpr Sql kMakeSecond = "CREATE TABLE IF NOT EXISTS second (value INTEGER NOT NULL)";
  constexpr Sql kAddFirst = "INSERT INTO first (value) VALUES (0)";
  constexpr Sql kAddSecond = "INSERT INTO second (value) VALUES (0)";
  constexpr Sql kSetFirst = "UPDATE first SET value = ?";
  constexpr Sql kSetSecond = "UPDATE second SET value = ?";
  constexpr Sql kBoth = "SELECT first.value, second.value FROM first JOIN second";
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SimDatabase database(seed);
    const auto change = [&](auto work) {
      database.writer->begin(Connection::Begin::kWrite);
      Transaction tx(*database.writer);
      work(tx);
      database.writer->commit();
    };
    change([&](Transaction& tx) {
      for (const auto& sql : {kMakeFirst, kMakeSecond, kAddFirst, kAddSecond}) tx.run(sql);
    });
    database.restart_process();  // so that the log is copied back, and empty
    change([&](Transaction& tx) { tx.run(kSetFirst, 1); });
    database.disk.fail_call(SimFiles::Call::kSync, 1);
    EXPECT_THROW(change([&](Transaction& tx) {
                   tx.run(kSetFirst, 2);
                   tx.run(kSetSecond, 2);
                 }),
                 DatabaseFailure);
    database.restart_process();
    database.restart();
    Snapshot snapshot(*database.writer);
    auto rows = snapshot.query(kBoth);
    ASSERT_TRUE(rows.next()) << "seed " << seed;
    const std::pair values(rows.integer(0), rows.integer(1));
    EXPECT_THAT(values, ::testing::AnyOf(std::pair(1, 0), std::pair(2, 2))) << "seed " << seed;
  }
}

TEST_F(LaneTest, AFailedSyncWhileTheLogIsCopiedBackStopsTheLaneToo) {
  database_.restart();
  add({1, 5'000'000});                                 // more pages than the log holds before it is copied back
  database_.disk.fail_call(SimFiles::Call::kSync, 3);  // the log's header, the COMMIT, and then the copy
  database_.run_all();
  EXPECT_THAT(answers_, ElementsAre("1"));
  EXPECT_EQ(database_.halts, 1);
  database_.restart();
  EXPECT_THAT(entries(), ElementsAre(1)) << "what was acknowledged is in the log";
}

class SmallLaneTest : public LaneTest {
 protected:
  SmallLaneTest() : LaneTest({.lane = {.queue = 3, .reserved = 1, .batch = 2, .batch_time = std::chrono::hours(1)}}) {}
};

TEST_F(SmallLaneTest, ABatchTakesNoMoreThanItsLimit) {
  for (const int id : {1, 2, 3}) add({id});
  EXPECT_EQ(database_.lane->run_batch(), 2u);
  EXPECT_EQ(database_.lane->run_batch(), 1u);
  EXPECT_EQ(database_.lane->run_batch(), 0u);
}

TEST_F(SmallLaneTest, WhenTooManyWaitTheNextIsToldToComeBack) {
  for (const int id : {1, 2, 3, 4}) add({id});
  EXPECT_THAT(answers_, ElementsAre("4 busy"));
  database_.run_all();
  EXPECT_THAT(entries(), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace cairn::db
