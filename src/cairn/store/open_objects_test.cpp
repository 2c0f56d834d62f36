#include "cairn/store/open_objects.h"

#include <thread>
#include <vector>

#include "cairn/runtime/testing/sim_files.h"

namespace cairn::store {
namespace {

class OpenObjectsTest : public ::testing::Test {
 protected:
  OpenObject opened(std::uint64_t size) {
    return {.file = value_or_throw(disk_.open("/file-" + std::to_string(size), OpenMode::kCreate)), .size = size};
  }
  void given_kept(const ObjectName& name, std::uint64_t size) { open_.keep(name, opened(size), open_.let_go_count()); }
  bool has(const ObjectName& name) { return open_.find(name).has_value(); }

  SimFiles disk_{1};
  OpenObjects open_{2};
  ObjectName a_ = ObjectName::make();
  ObjectName b_ = ObjectName::make();
  ObjectName c_ = ObjectName::make();
};

TEST_F(OpenObjectsTest, TheOneUnusedLongestGoesWhenThereAreTooMany) {
  given_kept(a_, 1);
  given_kept(b_, 2);
  EXPECT_EQ(open_.find(a_)->size, 1u);
  given_kept(c_, 3);
  EXPECT_TRUE(has(a_));
  EXPECT_FALSE(has(b_));
  EXPECT_TRUE(has(c_));
}

TEST_F(OpenObjectsTest, WhatWasRemovedWhileItWasOpenedIsNotKept) {
  const auto before = open_.let_go_count();
  open_.let_go(a_);  // removed meanwhile
  open_.keep(a_, opened(1), before);
  EXPECT_FALSE(has(a_)) << "its room on the disk would never come back";
}

TEST_F(OpenObjectsTest, WhatIsLetGoOfIsClosedButForThoseWhoStillRead) {
  given_kept(a_, 1);
  const auto reading = open_.find(a_)->file;
  open_.let_go(a_);
  EXPECT_FALSE(has(a_));
  EXPECT_EQ(reading.use_count(), 1);
  EXPECT_TRUE(reading->size().has_value());
}

TEST_F(OpenObjectsTest, NothingIsKeptWhereNothingIsToBeKept) {
  OpenObjects none(0);
  none.keep(a_, opened(1), none.let_go_count());
  EXPECT_FALSE(none.find(a_).has_value());
}

TEST_F(OpenObjectsTest, ManyThreadsShareIt) {
  const std::vector names{a_, b_, c_};
  const std::vector objects{opened(0), opened(1), opened(2)};
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      for (std::size_t i = seed; i < 3'000; ++i) {
        const auto which = i * 7 % 3;
        open_.keep(names[which], objects[which], open_.let_go_count());
        if (const auto found = open_.find(names[which])) EXPECT_EQ(found->size, which);
        if (i % 11 == 0) open_.let_go(names[which]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace cairn::store
