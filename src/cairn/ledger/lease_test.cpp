#include "cairn/ledger/lease.h"

#include "cairn/ledger/testing/ledger_test.h"

namespace cairn::ledger {
namespace {

constexpr Uuid kFirst{std::byte{1}};
constexpr Uuid kSecond{std::byte{2}};
constexpr auto kMinute = std::chrono::minutes(1);

class LeaseTest : public LedgerTest {
 protected:
  std::optional<Fence> take(const Uuid& holder) {
    return database_.change([&](db::Transaction& tx) { return take_lease(tx, "garbage", holder, kMinute); });
  }
  bool holds(Fence fence) {
    return database_.change([&](db::Transaction& tx) { return holds_lease(tx, "garbage", fence); });
  }
};

TEST_F(LeaseTest, OneHasItAtATime) {
  const auto first = take(kFirst);
  ASSERT_TRUE(first);
  EXPECT_FALSE(take(kSecond));
  EXPECT_TRUE(holds(*first));
}

TEST_F(LeaseTest, WhoHasItMayProlongIt) {
  const auto first = take(kFirst);
  database_.clock.turn(std::chrono::seconds(50));
  ASSERT_EQ(take(kFirst)->number, first->number);
  database_.clock.turn(std::chrono::seconds(50));
  EXPECT_FALSE(take(kSecond));
}

TEST_F(LeaseTest, AfterItsTimeAnotherTakesItUnderAHigherFence) {
  const auto first = take(kFirst);
  database_.clock.turn(kMinute);
  EXPECT_TRUE(holds(*first)) << "nobody has taken it";
  const auto second = take(kSecond);
  ASSERT_TRUE(second);
  EXPECT_GT(second->number, first->number);
  EXPECT_FALSE(holds(*first));
  EXPECT_FALSE(take(kFirst));
}

TEST_F(LeaseTest, GivenBackItIsFreeAndTheOldFenceIsWorthNothingLater) {
  const auto first = take(kFirst);
  database_.change([&](db::Transaction& tx) { give_back_lease(tx, "garbage", *first); });
  const auto second = take(kSecond);
  ASSERT_TRUE(second);
  EXPECT_FALSE(holds(*first));
  database_.change([&](db::Transaction& tx) { give_back_lease(tx, "garbage", *first); });
  EXPECT_FALSE(take(kFirst)) << "a former holder gave back what it no longer had";
}

}  // namespace
}  // namespace cairn::ledger
