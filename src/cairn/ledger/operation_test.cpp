#include "cairn/ledger/operation.h"

#include "cairn/ledger/testing/ledger_test.h"

namespace cairn::ledger {
namespace {

constexpr Uuid kAna{std::byte{1}};
constexpr Uuid kBen{std::byte{2}};

class OperationTest : public LedgerTest {
 protected:
  void keep(const Operation& operation, std::string_view answer) {
    database_.change([&](db::Transaction& tx) { keep_answer(tx, operation, answer); });
  }
  std::optional<std::string> recalled(const Operation& operation) {
    return database_.change([&](db::Transaction& tx) { return recall(tx, operation); });
  }
};

TEST_F(OperationTest, WhoAsksAgainGetsTheAnswerThatWasGiven) {
  const auto operation = Operation::repeatable(kAna, "key-1", "make a folder");
  EXPECT_EQ(recalled(operation), std::nullopt);
  keep(operation, "made");
  EXPECT_EQ(recalled(Operation::repeatable(kAna, "key-1", "make a folder")), "made");
}

TEST_F(OperationTest, TheSameKeyForAnotherRequestIsRefused) {
  keep(Operation::repeatable(kAna, "key-1", "make a folder"), "made");
  try {
    recalled(Operation::repeatable(kAna, "key-1", "make another folder"));
    ADD_FAILURE() << "nobody noticed";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().code, ErrorCode::kReusedKey);
    EXPECT_EQ(failure.error().subject, "Idempotency-Key");
  }
}

TEST_F(OperationTest, KeysOfDifferentPeopleHaveNothingToDoWithEachOther) {
  keep(Operation::repeatable(kAna, "key-1", "make a folder"), "made for Ana");
  EXPECT_EQ(recalled(Operation::repeatable(kBen, "key-1", "make a folder")), std::nullopt);
}

TEST_F(OperationTest, AnswersAreForgottenAfterTheirTimeSomeAtOnce) {
  for (const auto* key : {"1", "2", "3"}) keep(Operation::repeatable(kAna, key, ""), "done");
  database_.clock.turn(std::chrono::hours(25));
  keep(Operation::repeatable(kAna, "4", ""), "done");
  const auto before = database_.clock.now() - std::chrono::hours(24);
  const auto forget = [&] { return database_.change([&](db::Transaction& tx) { return forget_answers(tx, before, 2); }); };
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(forget(), 0);
  EXPECT_EQ(recalled(Operation::repeatable(kAna, "4", "")), "done");
}

}  // namespace
}  // namespace cairn::ledger
