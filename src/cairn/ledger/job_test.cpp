#include "cairn/ledger/job.h"

#include <array>
#include <functional>

#include "cairn/db/testing/stepped_database.h"
#include "cairn/ledger/job_runner.h"
#include "cairn/ledger/schema.h"
#include "cairn/ledger/testing/ledger_test.h"

namespace cairn::ledger {
namespace {

constexpr Uuid kFirst{std::byte{1}};
constexpr Uuid kSecond{std::byte{2}};

// A job of `payload` steps, each of which adds one to a counter in its progress.
class CountUp final : public JobHandler {
 public:
  [[nodiscard]] std::string_view kind() const override { return "test.count"; }
  [[nodiscard]] db::LaneKey lane(const Job& /*any*/) const override { return {}; }
  JobStep step(db::Transaction& /*tx*/, const Job& job) const override {
    const int done = job.progress == "{}" ? 1 : std::stoi(job.progress) + 1;
    if (on_step) on_step(done);
    return {.done = done == std::stoi(job.payload), .progress = std::to_string(done)};
  }
  void abandon(db::Transaction& /*tx*/, const Job& job) const override {
    (void)std::stoi(job.payload);  // throws, as a step does, if it cannot be read
    abandoned.push_back(job.progress);
  }

  std::function<void(int)> on_step;
  mutable std::vector<std::string> abandoned;
};

class JobTest : public LedgerTest {
 protected:
  JobId enqueue_count(int steps) {
    return database_.change(
        [&](db::Transaction& tx) { return enqueue(tx, {.kind = "test.count", .owner = {}, .payload = std::to_string(steps)}); });
  }
  std::optional<Job> take(const Uuid& holder) {
    return database_.change(
        [&](db::Transaction& tx) { return take_job(tx, std::array{std::string_view("test.count")}, holder, limits_); });
  }
  Job find(const JobId& id) {
    return database_.change([&](db::Transaction& tx) { return find_job(tx, id); }).value();
  }

  const JobLimits limits_{};
};

TEST_F(JobTest, IsTakenOnceAndTheOldestFirst) {
  const auto first = enqueue_count(1);
  database_.clock.turn(std::chrono::seconds(1));
  const auto second = enqueue_count(1);
  EXPECT_EQ(take(kFirst)->id, first);
  EXPECT_EQ(take(kSecond)->id, second);
  EXPECT_FALSE(take(kFirst));
}

TEST_F(JobTest, OfARunnerThatFellSilentIsGivenToAnotherAndTheFirstCanDoNoMoreToIt) {
  enqueue_count(1);
  const auto first = take(kFirst);
  database_.clock.turn(limits_.lease);
  const auto second = take(kSecond);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, first->id);
  const auto noted_by = [&](const Job& job) {
    try {
      database_.change([&](db::Transaction& tx) { note_step(tx, job, "1", limits_); });
      return true;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().code, ErrorCode::kConflict);
      return false;
    }
  };
  EXPECT_FALSE(noted_by(*first));
  EXPECT_TRUE(noted_by(*second));
}

TEST_F(JobTest, AStepProlongsTheLease) {
  enqueue_count(2);
  const auto job = take(kFirst);
  database_.clock.turn(limits_.lease / 2);
  database_.change([&](db::Transaction& tx) { note_step(tx, *job, "1", limits_); });
  database_.clock.turn(limits_.lease / 2);
  EXPECT_FALSE(take(kSecond));
}

TEST_F(JobTest, AfterAFailureItWaitsLongerEachTime) {
  const auto id = enqueue_count(1);
  auto pause = limits_.first_pause;
  for (int i = 0; i < 4; ++i, pause *= 2) {
    const auto job = take(kFirst);
    ASSERT_TRUE(job) << i;
    database_.change([&](db::Transaction& tx) { note_failure(tx, *job, "the disk is full", limits_); });
    database_.clock.turn(pause - std::chrono::microseconds(1));
    EXPECT_FALSE(take(kFirst));
    EXPECT_EQ(find(id).error, "the disk is full");
    database_.clock.turn(std::chrono::microseconds(1));
  }
}

TEST_F(JobTest, EndedOnesAreForgottenAfterTheirTime) {
  enqueue_count(1);
  database_.clock.turn(std::chrono::microseconds(1));
  const auto waiting = enqueue_count(1);
  const auto job = take(kFirst);
  database_.change([&](db::Transaction& tx) { note_end(tx, *job, JobState::kDone, ""); });
  database_.clock.turn(std::chrono::hours(1));
  EXPECT_EQ(database_.change([&](db::Transaction& tx) { return forget_jobs(tx, database_.clock.now(), 10); }), 1);
  EXPECT_EQ(find(waiting).state, JobState::kWaiting);
}

// The runner, over a database whose work is done by hand.
class JobRunnerTest : public ::testing::Test {
 protected:
  JobId enqueue_count(int steps) {
    return database_.change(
        [&](db::Transaction& tx) { return enqueue(tx, {.kind = "test.count", .owner = {}, .payload = std::to_string(steps)}); });
  }
  Job find(const JobId& id) {
    return database_.change([&](db::Transaction& tx) { return find_job(tx, id); }).value();
  }
  // Does one job, after each batch `between`.
  bool run_one(std::vector<const JobHandler*> handlers, const std::function<void()>& between = [] {}) {
    JobRunner runner(*database_.database, std::move(handlers), limits_, kFirst);
    bool did = false;
    TaskGroup group;
    group.spawn([](JobRunner& jobs, bool& found, const bool& stopping) -> Task<> {
      const std::function<bool()> asked = [&] { return stopping; };
      found = co_await jobs.run_one({}, asked);
    }(runner, did, stopping_));
    while (database_.step()) between();
    return did;
  }

  const JobLimits limits_{};
  db::SteppedDatabase database_{{db::own_migrations(), migrations()}};
  CountUp count_;
  bool stopping_ = false;
};

TEST_F(JobRunnerTest, DoesAJobStepByStepToItsEnd) {
  const auto id = enqueue_count(3);
  EXPECT_TRUE(run_one({&count_}));
  EXPECT_EQ(find(id).state, JobState::kDone);
  EXPECT_EQ(find(id).progress, "3");
  EXPECT_FALSE(run_one({&count_})) << "there is no further job";
}

TEST_F(JobRunnerTest, StopsBetweenTwoStepsAndIsTakenUpWhereItWas) {
  const auto id = enqueue_count(5);
  count_.on_step = [&](int done) { stopping_ = done == 2; };
  run_one({&count_});
  EXPECT_EQ(find(id).progress, "2");
  stopping_ = false;
  count_.on_step = [](int done) { EXPECT_GE(done, 3) << "a step was done twice"; };
  database_.clock.turn(limits_.lease);
  run_one({&count_});
  EXPECT_EQ(find(id).state, JobState::kDone);
}

TEST_F(JobRunnerTest, ACancelledJobEndsAtItsNextStepAndIsTidiedUp) {
  const auto id = enqueue_count(5);
  count_.on_step = [&](int done) { ASSERT_LE(done, 2); };
  run_one({&count_}, [&] {
    if (find(id).progress == "2") database_.change([&](db::Transaction& tx) { return cancel_job(tx, id); });
  });
  EXPECT_EQ(find(id).state, JobState::kCancelled);
  EXPECT_THAT(count_.abandoned, ::testing::ElementsAre("2"));
  EXPECT_FALSE(database_.change([&](db::Transaction& tx) { return cancel_job(tx, id); }));
}

TEST_F(JobRunnerTest, AnErrorThatMayPassIsTriedAgainAndAnyOtherEndsTheJob) {
  const auto id = enqueue_count(2);
  auto code = ErrorCode::kNoSpace;
  count_.on_step = [&](int) { throw Failure({code, "It did not work."}); };
  run_one({&count_});
  EXPECT_EQ(find(id).state, JobState::kWaiting);
  EXPECT_EQ(find(id).error, "It did not work.");
  database_.clock.turn(limits_.first_pause);
  code = ErrorCode::kQuotaExceeded;
  run_one({&count_});
  EXPECT_EQ(find(id).state, JobState::kFailed);
  EXPECT_THAT(count_.abandoned, ::testing::ElementsAre("{}"));
}

TEST_F(JobRunnerTest, WhatFailsTooOftenInARowIsGivenUp) {
  const auto id = enqueue_count(1);
  count_.on_step = [](int) { throw Failure({ErrorCode::kUnavailable, "Busy."}); };
  int tries = 0;
  for (; find(id).state == JobState::kWaiting; ++tries) {
    run_one({&count_});
    database_.clock.turn(std::chrono::hours(1));
  }
  EXPECT_EQ(tries, limits_.attempts);
  EXPECT_EQ(find(id).state, JobState::kFailed);
}

TEST_F(JobRunnerTest, AKindThatThisProgramDoesNotKnowIsLeftForOneThatDoes) {
  const auto id = enqueue_count(1);
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(run_one({}));
    database_.clock.turn(std::chrono::hours(1));
  }
  EXPECT_EQ(find(id).state, JobState::kWaiting);
  EXPECT_EQ(find(id).attempts, 0);
  EXPECT_TRUE(run_one({&count_}));
}

TEST_F(JobRunnerTest, AJobWhoseStepsEndTheProcessIsGivenUp) {
  const auto id = enqueue_count(1);
  count_.on_step = [](int) { ADD_FAILURE() << "it was begun once more"; };
  for (std::int64_t i = 0; i < limits_.attempts; ++i) {
    database_.change([&](db::Transaction& tx) {
      return take_job(tx, std::array{std::string_view("test.count")}, kSecond, limits_)->id;  // and then the process died
    });
    database_.clock.turn(limits_.lease);
  }
  run_one({&count_});
  EXPECT_EQ(find(id).state, JobState::kFailed);
}

TEST_F(JobRunnerTest, AJobThatNobodyCanReadIsGivenUpAndHarmsNothing) {
  const auto broken = database_.change(
      [&](db::Transaction& tx) { return enqueue(tx, {.kind = "test.count", .owner = {}, .payload = "no number"}); });
  database_.clock.turn(std::chrono::seconds(1));
  const auto id = enqueue_count(1);
  EXPECT_TRUE(run_one({&count_}));
  EXPECT_EQ(find(broken).state, JobState::kFailed);
  EXPECT_TRUE(run_one({&count_}));
  EXPECT_EQ(find(id).state, JobState::kDone);
}

}  // namespace
}  // namespace cairn::ledger
