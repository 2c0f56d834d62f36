#include "cairn/ledger/journal.h"

#include <array>

#include "cairn/db/lane_write.h"
#include "cairn/ledger/testing/ledger_test.h"
#include "cairn/runtime/task_group.h"

namespace cairn::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Uuid kNode{std::byte{7}};

class JournalTest : public LedgerTest {
 protected:
  Stamp append(db::Transaction& tx, const StreamId& stream, std::string_view kind = "node.created") {
    return journal_.append(tx, stream, OperationId::make(tx.now()), {},
                           {.kind = kind, .subject = kNode, .path_before = {}, .path_after = path_, .detail = "{}"});
  }
  Stamp append(const StreamId& stream) {
    return database_.change([&](db::Transaction& tx) { return append(tx, stream); });
  }
  std::optional<std::string> find_break() {
    return database_.change([&](db::Transaction& tx) { return journal_.find_break(tx, stream_); });
  }

  const StreamId stream_ = StreamId::make(Instant{});
  const StreamId other_ = StreamId::make(Instant{});
  const std::array<Uuid, 2> path_{Uuid{std::byte{1}}, Uuid{std::byte{2}}};
};

TEST_F(JournalTest, EachStreamCountsByItselfWithoutGaps) {
  EXPECT_EQ(append(stream_).seq, 1);
  EXPECT_EQ(append(stream_).seq, 2);
  EXPECT_EQ(append(other_).seq, 1);
  EXPECT_EQ(append(stream_).seq, 3);
}

TEST_F(JournalTest, TicksAreTheDatabasesTimeAndRiseEvenIfItStandsStillOrGoesBack) {
  const auto first = append(stream_);
  EXPECT_EQ(first.tick, database_.clock.now().time_since_epoch().count());
  EXPECT_EQ(append(stream_).tick, first.tick + 1);
  database_.clock.turn(-std::chrono::hours(1));
  EXPECT_EQ(append(stream_).tick, first.tick + 2);
  database_.clock.turn(std::chrono::hours(2));
  EXPECT_EQ(append(stream_).tick, database_.clock.now().time_since_epoch().count());
}

TEST_F(JournalTest, WhatHappenedIsToldAsItWasWritten) {
  const Author author{.actor = Uuid{std::byte{3}}, .credential = Uuid{std::byte{4}}};
  const auto operation = OperationId::make(Instant{});
  database_.change([&](db::Transaction& tx) {
    journal_.append(tx, stream_, operation, author,
                    {.kind = "node.moved",
                     .subject = kNode,
                     .path_before = path_,
                     .path_after = std::span(path_).first<1>(),
                     .detail = R"({"name":"ä"})"});
  });
  const auto events = database_.change([&](db::Transaction& tx) { return read_events(tx, stream_, 0, 10); });
  ASSERT_EQ(events.size(), 1u);
  const auto& event = events.front();
  EXPECT_EQ(event.kind, "node.moved");
  EXPECT_EQ(event.operation, operation);
  EXPECT_EQ(event.subject, kNode);
  EXPECT_EQ(event.author.actor, author.actor);
  EXPECT_EQ(event.author.credential, author.credential);
  EXPECT_THAT(event.path_before, ElementsAre(path_[0], path_[1]));
  EXPECT_THAT(event.path_after, ElementsAre(path_[0]));
  EXPECT_EQ(event.detail, R"({"name":"ä"})");
}

TEST_F(JournalTest, ReadersGoOnWhereTheyLeftOff) {
  for (int i = 0; i < 5; ++i) append(stream_);
  const auto events = database_.change([&](db::Transaction& tx) { return read_events(tx, stream_, 2, 2); });
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].stamp.seq, 3);
  EXPECT_EQ(events[1].stamp.seq, 4);
}

TEST_F(JournalTest, AReaderThatMissedASignalFindsWhichStreamsMoved) {
  append(stream_);
  database_.clock.turn(std::chrono::minutes(1));
  const auto since = database_.clock.now();
  append(other_);
  EXPECT_THAT(database_.change([&](db::Transaction& tx) { return streams_changed_since(tx, since); }), ElementsAre(other_));
  database_.change([&](db::Transaction& tx) { forget_changed_streams(tx, since + std::chrono::minutes(1), 10); });
  EXPECT_THAT(database_.change([&](db::Transaction& tx) { return streams_changed_since(tx, Instant{}); }), IsEmpty());
}

// What a member of a batch does to the journal, in its lane.
struct AppendTo {
  const Journal* journal;
  StreamId stream;
  bool refused = false;

  [[nodiscard]] static db::LaneKey lane() { return {}; }
  std::int64_t run(db::Transaction& tx) const {
    const auto stamp =
        journal->append(tx, stream, OperationId::make(tx.now()), {},
                        {.kind = "node.created", .subject = kNode, .path_before = {}, .path_after = {}, .detail = "{}"});
    if (refused) throw Failure({ErrorCode::kAlreadyExists, "The name is taken."});
    return stamp.seq;
  }
};

class BatchTest : public JournalTest {
 protected:
  void add(AppendTo change) {
    group_.spawn([](BatchTest& test, AppendTo operation) -> Task<> {
      try {
        db::LaneWrite<AppendTo> write(*test.database_.lane, Turn{}, operation);
        const auto seq = co_await write;
        test.answers_.push_back(seq);
      } catch (const Failure&) {
        test.answers_.push_back(0);
      }
    }(*this, change));
  }

  TaskGroup group_;
  std::vector<std::int64_t> answers_;
};

TEST_F(BatchTest, ARefusedChangeLeavesNoGap) {
  add({&journal_, stream_});
  add({&journal_, stream_, true});
  add({&journal_, stream_});
  add({&journal_, other_, true});
  database_.run_all();
  EXPECT_THAT(answers_, ElementsAre(1, 0, 2, 0));
  EXPECT_EQ(find_break(), std::nullopt);
  EXPECT_EQ(append(stream_).seq, 3);
}

TEST_F(BatchTest, ABatchWritesTheHeadOfItsStreamOnce) {
  const auto statements_for = [&](int changes) {
    const auto before = database_.writer->statistics().statements;
    for (int i = 0; i < changes; ++i) add({&journal_, stream_});
    database_.run_all();
    return database_.writer->statistics().statements - before;
  };
  statements_for(1);
  const auto one = statements_for(1);
  const auto hundred = statements_for(100);
  const std::uint64_t for_each = 3;  // savepoint, event, release
  EXPECT_EQ(hundred - one, 99 * for_each);
}

TEST_F(JournalTest, TheChainOfAnUntouchedJournalHolds) {
  EXPECT_EQ(find_break(), std::nullopt);
  for (int i = 0; i < 2'500; ++i)
    database_.change([&](db::Transaction& tx) {
      append(tx, stream_);
      append(tx, other_);
    });
  EXPECT_EQ(find_break(), std::nullopt);
}

TEST_F(JournalTest, APathThatIsNoPathIsNoticed) {
  append(stream_);
  database_.change([&](db::Transaction& tx) { tx.run("UPDATE event SET path_after = path_after || x'00'"); });
  EXPECT_THROW(find_break(), Failure);
}

struct Forgery {
  const char* name;
  db::Sql sql;
};

class ForgeryTest : public JournalTest, public ::testing::WithParamInterface<Forgery> {};

TEST_P(ForgeryTest, IsNoticed) {
  for (int i = 0; i < 5; ++i) append(stream_);
  ASSERT_EQ(find_break(), std::nullopt);
  database_.change([&](db::Transaction& tx) { tx.run(GetParam().sql); });
  EXPECT_NE(find_break(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Journal, ForgeryTest,
    ::testing::Values(Forgery{"ChangedKind", "UPDATE event SET kind = 'node.trashed' WHERE seq = 2"},
                      Forgery{"ChangedActor", "UPDATE event SET actor_id = subject_id WHERE seq = 2"},
                      Forgery{"ChangedTime", "UPDATE event SET tick = tick - 1 WHERE seq = 1"},
                      Forgery{"ChangedPath", "UPDATE event SET path_after = path_before WHERE seq = 3"},
                      Forgery{"ChangedDetail", "UPDATE event SET detail = '{\"a\":1}' WHERE seq = 5"},
                      Forgery{"TakenOut", "DELETE FROM event WHERE seq = 3"},
                      Forgery{"TakenOffTheEnd", "DELETE FROM event WHERE seq = 5"},
                      Forgery{"TakenOffTheBeginning", "DELETE FROM event WHERE seq = 1"},
                      Forgery{"AllTakenOut", "DELETE FROM event"}, Forgery{"HeadTakenOut", "DELETE FROM stream_head"},
                      Forgery{"HeadSetBack", "UPDATE stream_head SET seq = 4"},
                      Forgery{"PutInBeforeTheFirst",
                              "INSERT INTO event SELECT stream_id, 0, tick, op_id, kind, subject_id, actor_id, credential_id,"
                              " path_before, path_after, detail, mac FROM event WHERE seq = 1"},
                      Forgery{"TwoSwapped", "UPDATE event SET seq = CASE seq WHEN 2 THEN 30 WHEN 3 THEN 2 ELSE seq END"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cairn::ledger
