// Thrown away, restored, removed for good.
#include "cairn/tree/expiry.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TrashTest : public TreeTest {
 protected:
  std::vector<std::string> trash(const account::Principal& who) {
    std::vector<std::string> found;
    for (const auto& item : t_.trash(who)) found.push_back(item.node.name);
    return found;
  }
  std::vector<std::string> trash() { return trash(t_.ana); }
  ledger::JobId emptied(const account::Principal& who) {
    return t_.write(EmptyTrash{.request = t_.request(who), .space = t_.space.id});
  }
  std::int64_t rows_left() {
    return t_.sim.change([&](db::Transaction& tx) {
      constexpr db::Sql kNodes = "SELECT COUNT(*) FROM node";
      constexpr db::Sql kVersions = "SELECT COUNT(*) FROM version";
      constexpr db::Sql kPast = "SELECT COUNT(*) FROM node_past";
      constexpr db::Sql kFolders = "SELECT COUNT(*) FROM folder";
      std::int64_t sum = 0;
      for (const auto& sql : {kNodes, kVersions, kPast, kFolders}) {
        auto rows = tx.query(sql);
        if (rows.next()) sum += rows.integer(0);
      }
      return sum;
    });
  }
  std::int64_t live_blobs() {
    return t_.sim.change([&](db::Transaction& tx) {
      constexpr db::Sql kLive = "SELECT COUNT(*) FROM blob WHERE state = 0";
      auto rows = tx.query(kLive);
      return rows.next() ? rows.integer(0) : -1;
    });
  }
  // A folder with that many files in folders of ten.
  NodeId given_tree(const NodeId& parent, const char* name, int files) {
    const auto top = t_.folder(parent, name).id;
    NodeId folder;
    for (int i = 0; i < files; ++i) {
      if (i % 10 == 0) folder = t_.folder(top, "f" + std::to_string(i)).id;
      t_.file(folder, std::to_string(i), "x");
    }
    return top;
  }

  const std::int64_t empty_rows_ = rows_left();
};

TEST_F(TrashTest, WhatIsThrownAwayIsOutOfSightAndComesBackWhereItWas) {
  const auto folder = t_.folder(root_, "f").id;
  const auto file = t_.file(folder, "a", "x");
  t_.trashed(file.id);
  EXPECT_THAT(t_.names(folder), IsEmpty());
  EXPECT_THAT(trash(), ElementsAre("a"));
  const auto restored = t_.restored(file.id);
  EXPECT_EQ(restored.parent, folder);
  EXPECT_EQ(restored.name, "a");
  EXPECT_EQ(t_.content(file.id), "x");
  EXPECT_THAT(trash(), IsEmpty());
}

TEST_F(TrashTest, NamesMayBeTheSameThereTheNewestIsFirst) {
  for (const auto* content : {"1", "2", "3"}) {
    t_.trashed(t_.file(root_, "a", content).id);
    t_.sim.clock.turn(std::chrono::seconds(1));
  }
  t_.trashed(t_.folder(root_, "b").id);
  EXPECT_THAT(trash(), ElementsAre("b", "a", "a", "a"));
}

TEST_F(TrashTest, WhatComesBackToATakenNameIsNumbered) {
  const auto file = t_.file(root_, "a.txt", "old").id;
  t_.trashed(file);
  t_.file(root_, "a.txt", "new");
  EXPECT_EQ(error_of([&] { t_.restored(file, t_.ana, std::nullopt, OnConflict::kFail); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(t_.restored(file).name, "a (2).txt");
}

TEST_F(TrashTest, WhoseFolderIsGoneComesBackToTheRoot) {
  const auto folder = t_.folder(root_, "f").id;
  const auto file = t_.file(folder, "a", "x").id;
  t_.trashed(file);
  t_.trashed(folder);
  EXPECT_EQ(t_.restored(file).parent, root_) << "its folder lies in the trash";
  t_.moved(file, root_, t_.ana, OnConflict::kRename);
  const auto other = t_.folder(root_, "g").id;
  const auto second = t_.file(other, "b", "x").id;
  t_.trashed(second);
  t_.trashed(other);
  t_.purged(other);
  EXPECT_EQ(t_.restored(second).parent, root_) << "its folder is gone for good";
}

TEST_F(TrashTest, ItCanComeBackElsewhere) {
  const auto folder = t_.folder(root_, "f").id;
  const auto file = t_.file(root_, "a", "x").id;
  t_.trashed(file);
  EXPECT_EQ(t_.restored(file, t_.ana, folder).parent, folder);
}

TEST_F(TrashTest, WhatLiesInAThrownAwayFolderGoesWithIt) {
  const auto folder = t_.folder(root_, "f").id;
  const auto file = t_.file(folder, "a", "x").id;
  t_.trashed(folder);
  EXPECT_THAT(trash(), ElementsAre("f"));
  EXPECT_EQ(error_of([&] { t_.restored(file); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.purged(file); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.trashed(file); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.renamed(file, "x"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.moved(file, root_); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.folder(folder, "x"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.file(folder, "x", "y"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.version(file, "y"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.copied(file, root_); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(t_.content(file), "x") << "it can be looked at";
  t_.restored(folder);
  EXPECT_EQ(t_.stat(file).parent, folder);
}

TEST_F(TrashTest, OthersSeeOfItWhatTheyCouldEdit) {
  const auto ben = t_.given_person("ben");
  const auto shared = t_.folder(root_, "shared").id;
  t_.given_grant(shared, ben, Role::kEditor);
  t_.trashed(t_.file(shared, "common", "x").id);
  t_.trashed(t_.file(root_, "private", "x").id);
  EXPECT_THAT(trash(ben), ElementsAre("common"));
  EXPECT_THAT(trash(), ElementsAre("private", "common"));
  EXPECT_EQ(error_of([&] { emptied(ben); }), ErrorCode::kNotFound);
}

TEST_F(TrashTest, WhatIsRemovedForGoodLeavesNoRowAndItsBytesToTheGarbage) {
  const auto folder = t_.folder(root_, "f").id;
  const auto inner = t_.folder(folder, "g").id;
  const auto file = t_.file(inner, "a", "one").id;
  t_.version(file, "two");
  t_.renamed(file, "b");
  t_.given_grant(file, t_.given_person("ben"), Role::kViewer);
  t_.trashed(folder);
  EXPECT_EQ(t_.purged(folder), std::nullopt);
  EXPECT_EQ(rows_left(), empty_rows_);
  EXPECT_EQ(t_.usage().used, 0);
  EXPECT_EQ(live_blobs(), 0);
  EXPECT_EQ(error_of([&] { t_.stat(file); }), ErrorCode::kNotFound);
}

TEST_F(TrashTest, WhatOthersStillReferToKeepsItsBytes) {
  const auto file = t_.file(root_, "a", "x").id;
  const auto folder = t_.folder(root_, "f").id;
  const auto copy = std::get<Node>(t_.copied(file, folder));
  t_.trashed(file);
  t_.purged(file);
  EXPECT_EQ(live_blobs(), 1);
  EXPECT_EQ(t_.content(copy.id), "x");
}

TEST_F(TrashTest, RemovingForGoodWithoutTheTrashIsOneStep) {
  const auto file = t_.file(root_, "a", "x").id;
  EXPECT_EQ(t_.purged(file), std::nullopt);
  EXPECT_EQ(rows_left(), empty_rows_);
}

TEST_F(TrashTest, ALargeFolderIsOutOfSightAtOnceAndRemovedByAJob) {
  t_.limits.step_rows = 100;
  const auto top = given_tree(root_, "large", 200);
  t_.trashed(top);
  const auto job = t_.purged(top);
  ASSERT_TRUE(job);
  EXPECT_THAT(trash(), IsEmpty());
  EXPECT_EQ(error_of([&] { t_.stat(top); }), ErrorCode::kNotFound);
  t_.run_jobs();
  EXPECT_EQ(t_.job(*job).state, ledger::JobState::kDone);
  EXPECT_EQ(rows_left(), empty_rows_);
  EXPECT_EQ(t_.usage().used, 0);
  EXPECT_EQ(live_blobs(), 0);
}

TEST_F(TrashTest, AFileWithVeryManyVersionsIsRemovedInSteps) {
  const auto file = t_.file(root_, "a", "x").id;
  for (int i = 0; i < 50; ++i) t_.version(file, "y");
  t_.limits.step_rows = 20;
  const auto job = t_.purged(file);
  ASSERT_TRUE(job);
  t_.run_jobs();
  EXPECT_EQ(rows_left(), empty_rows_);
  EXPECT_EQ(t_.usage().used, 0);
}

TEST_F(TrashTest, EmptyingItRemovesAllThatLayThereThen) {
  for (int i = 0; i < 5; ++i) t_.trashed(given_tree(root_, "t", 30));
  const auto kept = t_.file(root_, "kept", "x").id;
  const auto job = emptied(t_.ana);
  t_.sim.clock.turn(std::chrono::seconds(1));
  const auto later = t_.file(root_, "later", "x").id;
  t_.trashed(later);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kDone);
  EXPECT_THAT(trash(), ElementsAre("later"));
  EXPECT_EQ(t_.content(kept), "x");
}

TEST_F(TrashTest, WhatHasLainThereForLongIsRemoved) {
  constexpr auto kKeep = std::chrono::hours(24 * 30);
  t_.trashed(t_.file(root_, "old", "x").id);
  t_.sim.clock.turn(std::chrono::hours(24));
  t_.trashed(t_.file(root_, "newer", "x").id);
  EXPECT_EQ(t_.write(PurgeExpired{.keep = kKeep}).queued, 0u);
  t_.sim.clock.turn(kKeep - std::chrono::hours(23));
  EXPECT_EQ(t_.write(PurgeExpired{.keep = kKeep}).queued, 1u);
  EXPECT_EQ(t_.write(PurgeExpired{.keep = kKeep}).queued, 0u) << "one is under way";
  t_.run_jobs();
  EXPECT_THAT(trash(), ElementsAre("newer"));
}

TEST_F(TrashTest, WhatAJobThatWasGivenUpHasLeftIsRemovedLater) {
  t_.limits.step_rows = 100;
  const auto top = given_tree(root_, "large", 200);
  const auto job = *t_.purged(top);
  t_.run_job([steps = 0]() mutable { return steps++ == 1; });
  t_.sim.change([&](db::Transaction& tx) {
    auto half_done = *ledger::find_job(tx, job);
    ledger::note_end(tx, half_done, ledger::JobState::kFailed, "The disk failed.");
  });
  EXPECT_GT(t_.usage().used, 0);
  EXPECT_EQ(t_.write(PurgeLeftovers{}), 1u);
  EXPECT_EQ(t_.write(PurgeLeftovers{}), 0u) << "a job is at it";
  t_.run_jobs();
  EXPECT_EQ(t_.usage().used, 0);
  EXPECT_EQ(rows_left(), empty_rows_);
}

TEST_F(TrashTest, WhatWasThrownAwayBeforeStaysWhileItsFolderIsBeingRemoved) {
  t_.limits.step_rows = 100;
  const auto top = given_tree(root_, "large", 100);
  const auto earlier = t_.file(top, "earlier", "x").id;
  t_.trashed(earlier);
  t_.trashed(top);
  ASSERT_TRUE(t_.purged(top));
  EXPECT_EQ(t_.content(earlier), "x");
  EXPECT_EQ(t_.restored(earlier).parent, root_);
  t_.run_jobs();
  EXPECT_EQ(t_.content(earlier), "x");
}

TEST_F(TrashTest, AStrangerDoesNotEvenKnowThatThereIsATrash) {
  t_.trashed(t_.file(root_, "a", "x").id);
  const auto ben = t_.given_person("ben");
  EXPECT_EQ(error_of([&] { trash(ben); }), ErrorCode::kNotFound);
  auto blind = t_.ana;
  blind.scopes = account::Scopes{account::Scope::kAccount};
  EXPECT_EQ(error_of([&] { trash(blind); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.read(ListTrash{.who = t_.ana, .space = t_.space.id, .limit = 0}); }), ErrorCode::kInvalidInput);
}

TEST_F(TrashTest, ACancelledEmptyingFinishesWhatIsHalfGoneAndLeavesTheRest) {
  t_.limits.step_rows = 100;
  for (const auto* name : {"a", "b", "c"}) {
    t_.trashed(given_tree(root_, name, 30));
    t_.sim.clock.turn(std::chrono::seconds(1));
  }
  const auto job = emptied(t_.ana);
  int steps = 0;
  t_.run_job([&] { return steps++ == 1; });
  t_.sim.change([&](db::Transaction& tx) { return ledger::cancel_job(tx, job); });
  t_.sim.clock.turn(ledger::JobLimits{}.lease);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kCancelled);
  EXPECT_THAT(trash(), ElementsAre("c")) << "the first was gone, the second half gone";
  EXPECT_EQ(t_.usage().used, 30);
}

}  // namespace
}  // namespace cairn::tree
