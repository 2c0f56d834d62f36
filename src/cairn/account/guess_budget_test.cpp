#include "cairn/account/guess_budget.h"

#include "cairn/account/schema.h"
#include "cairn/db/testing/sim_database.h"

namespace cairn::account {
namespace {

constexpr GuessBudget kBudget{.burst = 3, .interval = std::chrono::minutes(1)};

class GuessBudgetTest : public ::testing::Test {
 protected:
  std::chrono::microseconds take(std::string_view about = "ana") {
    return database_.change([&](db::Transaction& tx) { return take_guess(tx, guess_key("login", about), kBudget); });
  }
  bool may_guess(std::string_view about = "ana") { return take(about).count() == 0; }

  db::SimDatabase database_{1, {.migrations = {db::own_migrations(), migrations()}}};
};

TEST_F(GuessBudgetTest, AFewAtOnceThenOneForEachInterval) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(may_guess()) << i;
  EXPECT_FALSE(may_guess());
  database_.clock.turn(std::chrono::seconds(59));
  EXPECT_FALSE(may_guess());
  database_.clock.turn(std::chrono::seconds(1));
  EXPECT_TRUE(may_guess());
  EXPECT_FALSE(may_guess());
}

TEST_F(GuessBudgetTest, TellsHowLongToWait) {
  for (int i = 0; i < 3; ++i) may_guess();
  database_.clock.turn(std::chrono::seconds(10));
  EXPECT_EQ(take(), std::chrono::seconds(50));
}

TEST_F(GuessBudgetTest, IsWholeAgainAfterAWhileAndNeverMoreThanWhole) {
  for (int i = 0; i < 3; ++i) may_guess();
  database_.clock.turn(std::chrono::hours(100));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(may_guess()) << i;
  EXPECT_FALSE(may_guess());
}

TEST_F(GuessBudgetTest, WhatWasRightIsGivenBack) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(may_guess()) << i;
    database_.change([&](db::Transaction& tx) { return_guess(tx, guess_key("login", "ana"), kBudget); });
  }
}

TEST_F(GuessBudgetTest, TellsWhatIsLeft) {
  const auto left = [&] {
    return database_.change([&](db::Transaction& tx) { return guesses_left(tx, guess_key("login", "ana"), kBudget, tx.now()); });
  };
  EXPECT_EQ(left().left, 3);
  EXPECT_EQ(left().whole_in.count(), 0);
  for (const int expected : {2, 1, 0, 0}) {
    may_guess();
    EXPECT_EQ(left().left, expected);
  }
  EXPECT_EQ(left().whole_in, std::chrono::minutes(3));
  database_.clock.turn(std::chrono::seconds(61));
  EXPECT_EQ(left().left, 1);
  database_.clock.turn(-std::chrono::hours(2));
  EXPECT_EQ(left().left, 0) << "a clock that goes back makes it no less than none";
  EXPECT_EQ(left().whole_in, std::chrono::minutes(3));
}

TEST_F(GuessBudgetTest, AClockThatGoesBackLocksNobodyOut) {
  may_guess();
  database_.clock.turn(-std::chrono::hours(2));
  EXPECT_FALSE(may_guess());
  database_.clock.turn(std::chrono::minutes(1));
  EXPECT_TRUE(may_guess());
}

TEST_F(GuessBudgetTest, EachHasItsOwn) {
  for (int i = 0; i < 4; ++i) may_guess("ana");
  EXPECT_TRUE(may_guess("ben"));
}

TEST_F(GuessBudgetTest, WholeOnesAreForgotten) {
  may_guess("ana");
  database_.clock.turn(std::chrono::minutes(1));
  may_guess("ben");
  EXPECT_EQ(database_.change([&](db::Transaction& tx) { return forget_guesses(tx, 10); }), 1);
}

}  // namespace
}  // namespace cairn::account
