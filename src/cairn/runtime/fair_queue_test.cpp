#include "cairn/runtime/fair_queue.h"

#include <string>
#include <vector>

namespace cairn {
namespace {

using ::testing::ElementsAre;

constexpr Turn usual(std::uint64_t key) { return {key, Turn::Kind::kUsual}; }
constexpr Turn kReserved{0, Turn::Kind::kReserved};

std::vector<std::string> drained(FairQueue<std::string>& queue) {
  std::vector<std::string> items;
  while (auto item = queue.pop()) items.push_back(*item);
  return items;
}

TEST(FairQueue, KeysTakeTurnsHoweverMuchOneOfThemHasQueued) {
  FairQueue<std::string> queue({.usual = 100, .reserved = 0});
  for (const auto* item : {"a1", "a2", "a3", "a4"}) EXPECT_TRUE(queue.push(usual(1), item));
  EXPECT_TRUE(queue.push(usual(2), "b1"));
  EXPECT_TRUE(queue.push(usual(3), "c1"));
  EXPECT_TRUE(queue.push(usual(2), "b2"));
  EXPECT_THAT(drained(queue), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3", "a4"));
}

TEST(FairQueue, AFullQueueRefusesAndStillHasPlacesForLogins) {
  FairQueue<std::string> queue({.usual = 2, .reserved = 1});
  EXPECT_TRUE(queue.push(usual(1), "a1"));
  EXPECT_TRUE(queue.push(usual(2), "b1"));
  EXPECT_FALSE(queue.push(usual(3), "c1"));
  EXPECT_TRUE(queue.push(kReserved, "login"));
  EXPECT_FALSE(queue.push(kReserved, "login2"));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_THAT(drained(queue), ElementsAre("login", "a1", "b1"));
  EXPECT_TRUE(queue.push(usual(3), "c1")) << "places come back";
}

TEST(FairQueue, ReservedWorkTakesEverySecondTurnAtMost) {
  FairQueue<std::string> queue({.usual = 10, .reserved = 10});
  for (const auto* item : {"r1", "r2", "r3"}) EXPECT_TRUE(queue.push(kReserved, item));
  for (const auto* item : {"a1", "a2"}) EXPECT_TRUE(queue.push(usual(1), item));
  EXPECT_THAT(drained(queue), ElementsAre("r1", "a1", "r2", "a2", "r3"));
}

TEST(FairQueue, OneKeyDoesNotTakeAllReservedPlaces) {
  FairQueue<std::string> queue({.usual = 1, .reserved = 4});
  const Turn flood{1, Turn::Kind::kReserved};
  const Turn other{2, Turn::Kind::kReserved};
  for (const auto* item : {"f1", "f2"}) EXPECT_TRUE(queue.push(flood, item));
  EXPECT_FALSE(queue.push(flood, "f3"));
  EXPECT_TRUE(queue.push(other, "login"));
  EXPECT_THAT(drained(queue), ElementsAre("f1", "login", "f2"));
}

}  // namespace
}  // namespace cairn
