// What is remembered of downloads is never older than what somebody was told, and is nobody else's.
#include "cairn/tree/content_cache.h"

#include "cairn/runtime/task_group.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

class ContentCacheTest : public TreeTest {
 protected:
  ContentCacheTest() : ben_(t_.given_person("ben")), report_(t_.file(root_, "report.txt", "first").id) {}

  // True if the file is opened without a look at the database.
  bool opens_at_once(const account::Principal& who, const NodeId& node) {
    bool opened = false;
    TaskGroup group;
    group.spawn([](SimTree& t, account::Principal who, NodeId node, bool& opened) -> Task<> {
      const auto handle = co_await t.tree->open(SimTree::kTurn, who, node, {});
      opened = handle.node().id == node;
    }(t_, who, node, opened));
    const bool at_once = opened;
    while (t_.sim.step()) {
    }
    EXPECT_TRUE(opened);
    return at_once;
  }
  ErrorCode opening(const account::Principal& who) {
    return error_of([&] { t_.content(report_, who); });
  }

  account::Principal ben_;
  NodeId report_;
};

TEST_F(ContentCacheTest, TheSecondLookAsksNobody) {
  EXPECT_FALSE(opens_at_once(t_.ana, report_));
  EXPECT_TRUE(opens_at_once(t_.ana, report_));
  EXPECT_EQ(t_.content(report_), "first");
}

TEST_F(ContentCacheTest, NewContentIsReadAsSoonAsItIsAcknowledged) {
  EXPECT_EQ(t_.content(report_), "first");
  t_.version(report_, "second");
  EXPECT_EQ(t_.content(report_), "second");
}

TEST_F(ContentCacheTest, WhatOnePersonMayReadIsNotOpenToAnother) {
  EXPECT_EQ(t_.content(report_), "first");
  EXPECT_EQ(opening(ben_), ErrorCode::kNotFound);
}

TEST_F(ContentCacheTest, ARightThatWasTakenAwayIsGoneAtOnce) {
  t_.given_grant(report_, ben_, Role::kViewer);
  EXPECT_EQ(t_.content(report_, ben_), "first");
  t_.given_no_grant(report_, ben_);
  EXPECT_EQ(opening(ben_), ErrorCode::kNotFound);
}

TEST_F(ContentCacheTest, AGrantThatExpiresWithoutAChangeIsGoneAfterSeconds) {
  t_.given_grant(report_, ben_, Role::kViewer, t_.sim.clock.now() + std::chrono::seconds(2));
  EXPECT_EQ(t_.content(report_, ben_), "first");
  t_.sim.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(opening(ben_), ErrorCode::kNotFound);
}

TEST_F(ContentCacheTest, AStreamThatBeganWithARememberedLookLooksAgainNoLaterThanOthers) {
  t_.given_grant(report_, ben_, Role::kViewer, t_.sim.clock.now() + std::chrono::seconds(2));
  EXPECT_EQ(t_.content(report_, ben_), "first");
  t_.sim.clock.turn(std::chrono::seconds(3));
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, ben_, report_, {}));
  handle.select({});
  std::array<std::byte, 2> some;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
  t_.sim.clock.turn(std::chrono::seconds(2));
  EXPECT_EQ(error_of([&] { t_.sim.run(handle.read(some)); }), ErrorCode::kDenied);
}

TEST_F(ContentCacheTest, WhoeverGetsAnotherGroupIsSomebodyElse) {
  const auto group = make_uuid(Instant{});
  EXPECT_EQ(t_.content(report_), "first");
  auto less = t_.ana;
  less.subjects = {group};
  EXPECT_EQ(opening(less), ErrorCode::kNotFound);
}

TEST_F(ContentCacheTest, AnIdOfZerosIsNotTheSameAsNone) {
  EXPECT_EQ(t_.content(report_), "first");
  EXPECT_EQ(error_of([&] { t_.content(report_, t_.ana, VersionId()); }), ErrorCode::kNotFound);
  t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, std::nullopt, "report.txt", {}));
  EXPECT_EQ(error_of([&] { t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, SpaceId(), "report.txt", {})); }),
            ErrorCode::kNotFound);
}

TEST_F(ContentCacheTest, APathAndAFormerVersionAreLooksOfTheirOwn) {
  const auto first = t_.stat(report_).version;
  t_.version(report_, "second");
  EXPECT_EQ(t_.content(report_), "second");
  EXPECT_EQ(t_.content(report_, t_.ana, first), "first");
  EXPECT_EQ(t_.content(report_), "second");
  const auto by_path = t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, t_.space.id, "report.txt", {}));
  EXPECT_EQ(std::get<ContentHandle>(by_path).node().id, report_);
  t_.renamed(report_, "other.txt");
  EXPECT_EQ(error_of([&] { t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, t_.space.id, "report.txt", {})); }),
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace cairn::tree
