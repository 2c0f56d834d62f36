#include "cairn/tree/list_folder.h"

#include <algorithm>
#include <set>

#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;

class ListTest : public TreeTest {
 protected:
  Listing page(Order order, std::size_t limit, const std::optional<ListPlace>& after = {}, std::size_t start = 0) {
    return t_.read(ListFolder{.who = t_.ana, .folder = root_, .order = order, .limit = limit, .after = after, .start = start});
  }
  static std::vector<std::string> names_of(const Listing& listing) {
    std::vector<std::string> names;
    for (const auto& item : listing.items) names.push_back(item.node.name);
    return names;
  }
  // All pages one after another, each from the cursor that a client was given.
  std::vector<std::string> all_pages(Order order, std::size_t limit) {
    std::vector<std::string> names;
    std::optional<ListPlace> after;
    do {
      const auto listing = page(order, limit, after);
      EXPECT_LE(listing.items.size(), limit);
      for (const auto& name : names_of(listing)) names.push_back(name);
      after.reset();
      if (listing.next) after = value_or_throw(ListPlace::parse(listing.next->cursor(), order));
    } while (after);
    return names;
  }
};

TEST_F(ListTest, FoldersComeFirstThenByName) {
  for (const auto* name : {"b10", "b9", "a"}) t_.file(root_, name, "x");
  for (const auto* name : {"z", "y"}) t_.folder(root_, name);
  EXPECT_THAT(t_.names(root_), ElementsAre("y", "z", "a", "b9", "b10"));
  EXPECT_THAT(names_of(page({.by = SortBy::kName, .descending = true}, 10)), ElementsAre("z", "y", "b10", "b9", "a"));
}

TEST_F(ListTest, SortsBySizeAndTime) {
  t_.file(root_, "middle", "22");
  t_.sim.clock.turn(std::chrono::seconds(1));
  t_.file(root_, "large", "333");
  t_.sim.clock.turn(std::chrono::seconds(1));
  t_.file(root_, "small", "1");
  EXPECT_THAT(names_of(page({.by = SortBy::kSize}, 10)), ElementsAre("small", "middle", "large"));
  EXPECT_THAT(names_of(page({.by = SortBy::kSize, .descending = true}, 10)), ElementsAre("large", "middle", "small"));
  EXPECT_THAT(names_of(page({.by = SortBy::kModified}, 10)), ElementsAre("middle", "large", "small"));
  EXPECT_THAT(names_of(page({.by = SortBy::kModified, .descending = true}, 10)), ElementsAre("small", "large", "middle"));
}

TEST_F(ListTest, PagesHoldEachChildOnceInEveryOrder) {
  for (int i = 0; i < 17; ++i) t_.folder(root_, "folder " + std::to_string(i));
  for (int i = 0; i < 23; ++i) t_.file(root_, "file " + std::to_string(i), std::string(static_cast<std::size_t>(i % 4), 'x'));
  for (const auto by : {SortBy::kName, SortBy::kModified, SortBy::kSize}) {
    for (const bool descending : {false, true}) {
      const Order order{.by = by, .descending = descending};
      const auto whole = names_of(page(order, 1000));
      EXPECT_EQ(whole.size(), 40u);
      for (const std::size_t limit : {1u, 7u, 17u, 40u, 41u}) EXPECT_EQ(all_pages(order, limit), whole);
    }
  }
}

TEST_F(ListTest, ACursorKeepsItsPlaceWhenRowsComeAndGo) {
  std::vector<NodeId> files;
  for (int i = 0; i < 10; ++i) files.push_back(t_.file(root_, "f" + std::to_string(i), "x").id);
  const auto first = page({}, 4);
  t_.trashed(files[3]);  // the last one shown
  t_.file(root_, "a new one before", "x");
  t_.file(root_, "f45", "x");
  EXPECT_THAT(names_of(page({}, 4, first.next)), ElementsAre("f4", "f5", "f6", "f7"));
}

TEST_F(ListTest, ThePageSaysHowManyThereAreAndWhatTheLastChangeWas) {
  t_.folder(root_, "a");
  const auto file = t_.file(root_, "b", "x");
  const auto listing = page({}, 1);
  EXPECT_EQ(listing.total, 2);
  EXPECT_EQ(listing.seq, file.rev);
  EXPECT_TRUE(listing.next);
  EXPECT_FALSE(page({}, 2).next);
  const auto changed = t_.version(file.id, "y");
  EXPECT_EQ(page({}, 1).seq, changed.rev);
}

TEST_F(ListTest, AJumpBeginsAtTheNthRow) {
  for (int i = 0; i < 3; ++i) t_.folder(root_, "d" + std::to_string(i));
  for (int i = 0; i < 5; ++i) t_.file(root_, "f" + std::to_string(i), "x");
  EXPECT_THAT(names_of(page({}, 3, {}, 0)), ElementsAre("d0", "d1", "d2"));
  EXPECT_THAT(names_of(page({}, 3, {}, 2)), ElementsAre("d2", "f0", "f1"));
  EXPECT_THAT(names_of(page({}, 3, {}, 3)), ElementsAre("f0", "f1", "f2"));
  EXPECT_THAT(names_of(page({}, 3, {}, 6)), ElementsAre("f3", "f4"));
  EXPECT_THAT(names_of(page({}, 3, {}, 80)), ElementsAre());
}

TEST_F(ListTest, WhatIsHiddenLeavesNoGapInAJump) {
  const auto ben = t_.given_person("ben");
  t_.given_grant(root_, ben, Role::kEditor);
  for (const auto* name : {"Open", "Work", "Zed"}) t_.folder(root_, name);
  t_.given_cut(t_.read(FindByPath{.who = t_.ana, .space = t_.space.id, .path = "Work"}).node.id);
  const auto from = [&](std::size_t start) {
    return names_of(t_.read(ListFolder{.who = ben, .folder = root_, .limit = 1, .start = start}));
  };
  EXPECT_THAT(from(0), ElementsAre("Open"));
  EXPECT_THAT(from(1), ElementsAre("Zed"));
  EXPECT_THAT(from(2), ElementsAre());
  EXPECT_EQ(error_of([&] { page({}, 0); }), ErrorCode::kInvalidInput);
}

TEST_F(ListTest, OneKindAlone) {
  t_.folder(root_, "d");
  t_.file(root_, "f", "x");
  const auto of = [&](NodeKind kind) { return names_of(t_.read(ListFolder{.who = t_.ana, .folder = root_, .only_kind = kind})); };
  EXPECT_THAT(of(NodeKind::kFolder), ElementsAre("d"));
  EXPECT_THAT(of(NodeKind::kFile), ElementsAre("f"));
}

TEST_F(ListTest, ACursorThatNobodyGaveOutIsRefused) {
  t_.file(root_, "f", "x");
  t_.file(root_, "g", "x");
  const auto cursor = page({}, 1).next->cursor();
  EXPECT_TRUE(ListPlace::parse(cursor, {}));
  for (const auto& wrong : {std::string(), std::string("x"), cursor.substr(0, 8), std::string("!!!!"), std::string(5'000, 'A')}) {
    const auto parsed = ListPlace::parse(wrong, {});
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().subject, "cursor");
  }
  EXPECT_FALSE(ListPlace::parse(cursor, {.by = SortBy::kSize}));
  EXPECT_FALSE(ListPlace::parse(cursor, {.by = SortBy::kName, .descending = true}));
}

// The cost of a page must not grow with the folder: SQLite's own count of rows visited.
TEST_F(ListTest, APageVisitsTheRowsThatItReturns) {
  for (int i = 0; i < 2'000; ++i) t_.folder(root_, "folder " + std::to_string(i));
  const auto deep = page({}, 100, page({}, 1'000).next);
  EXPECT_EQ(deep.items.size(), 100u);
  for (const auto by : {SortBy::kName, SortBy::kModified, SortBy::kSize}) {
    for (const bool descending : {false, true}) {
      const Order order{.by = by, .descending = descending};
      const auto from = page(order, 1'000).next;
      const ListFolder list{.who = t_.ana, .folder = root_, .order = order, .limit = 100, .after = from};
      const auto cost = t_.sim.cost_of([&](db::Snapshot& snapshot) { EXPECT_EQ(list.run(snapshot).items.size(), 100u); });
      EXPECT_LE(cost.rows_visited, 200u) << static_cast<int>(by) << descending;
      EXPECT_LE(cost.statements, 5u);
    }
  }
}

}  // namespace
}  // namespace cairn::tree
