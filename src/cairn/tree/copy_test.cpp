#include "cairn/tree/copy_node.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CopyTest : public TreeTest {
 protected:
  CopyTest() : from_(t_.folder(root_, "from").id), to_(t_.folder(root_, "to").id) {}

  // All names below a folder, as paths.
  std::vector<std::string> paths(const NodeId& folder, const std::string& prefix = "") {
    std::vector<std::string> found;
    for (const auto& [item, role, in_trash, digest] : t_.list(folder, t_.ana).items) {
      found.push_back(prefix + item.name);
      if (!item.is_folder()) continue;
      const auto below = paths(item.id, prefix + item.name + "/");
      found.insert(found.end(), below.begin(), below.end());
    }
    return found;
  }
  void given_many(int files) {
    NodeId folder;
    for (int i = 0; i < files; ++i) {
      if (i % 20 == 0) folder = t_.folder(from_, "f" + std::to_string(i)).id;
      t_.file(folder, std::to_string(i), "x");
    }
    t_.limits.inline_nodes = 50;
  }
  NodeId node_at(const std::string& path) {
    return t_.read(FindByPath{.who = t_.ana, .space = t_.space.id, .path = path}).node.id;
  }

  NodeId from_;
  NodeId to_;
};

TEST_F(CopyTest, ACopyHasTheSameBytesAndALifeOfItsOwn) {
  const auto file = t_.file(from_, "a", "one").id;
  t_.version(file, "two");
  const auto copy = std::get<Node>(t_.copied(file, to_));
  EXPECT_NE(copy.id, file);
  EXPECT_EQ(copy.version_no, 1) << "former versions stay with the original";
  EXPECT_EQ(t_.content(copy.id), "two");
  t_.version(copy.id, "three");
  EXPECT_EQ(t_.content(file), "two");
}

TEST_F(CopyTest, NoBytesAreCopied) {
  const auto file = t_.file(from_, "a", std::string(100'000, 'x')).id;
  const auto objects = [&] {
    return t_.sim.change([&](db::Transaction& tx) {
      constexpr db::Sql kCount = "SELECT COUNT(*) FROM object";
      auto rows = tx.query(kCount);
      return rows.next() ? rows.integer(0) : -1;
    });
  };
  t_.copied(file, to_);
  EXPECT_EQ(objects(), 1);
}

TEST_F(CopyTest, AFolderIsCopiedWithAllBelow) {
  const auto inner = t_.folder(from_, "inner").id;
  t_.file(inner, "a", "x");
  t_.folder(inner, "empty");
  t_.file(from_, "b", "");
  const auto copy = std::get<Node>(t_.copied(from_, to_));
  EXPECT_EQ(paths(copy.id), paths(from_));
  EXPECT_EQ(t_.content(node_at("to/from/inner/a")), "x");
  EXPECT_EQ(t_.usage().used, 2);
}

TEST_F(CopyTest, OntoATakenNameItIsRefusedNumberedOrReplaces) {
  const auto file = t_.file(from_, "a.txt", "new").id;
  const auto old = t_.file(to_, "a.txt", "old").id;
  EXPECT_EQ(error_of([&] { t_.copied(file, to_); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(std::get<Node>(t_.copied(file, to_, OnConflict::kRename)).name, "a (2).txt");
  const auto copy = std::get<Node>(t_.copied(file, to_, OnConflict::kReplace));
  EXPECT_EQ(copy.name, "a.txt");
  EXPECT_TRUE(t_.stat(old, t_.ana).in_trash);
  EXPECT_EQ(std::get<Node>(t_.copied(file, from_, OnConflict::kRename)).name, "a (2).txt") << "beside itself";
  EXPECT_EQ(error_of([&] { t_.copied(file, from_, OnConflict::kReplace); }), ErrorCode::kInvalidInput);
}

TEST_F(CopyTest, ALargeOneIsAJobAndShowsWhenItIsWhole) {
  given_many(300);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_));
  EXPECT_THAT(t_.names(to_), IsEmpty());
  int steps = 0;
  t_.run_job([&] { return steps++ == 1; });
  EXPECT_THAT(t_.names(to_), IsEmpty()) << "half of it shows";
  EXPECT_NE(t_.job(job).progress, "{}");
  t_.sim.clock.turn(ledger::JobLimits{}.lease);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kDone);
  EXPECT_EQ(paths(node_at("to/from")), paths(from_));
  EXPECT_EQ(t_.usage().used, 600);
}

TEST_F(CopyTest, AJobIsCountedAsItGoes) {
  given_many(100);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_));
  t_.run_jobs();
  EXPECT_THAT(t_.job(job).progress, ::testing::StartsWith(R"({"copied":106,)"));
}

TEST_F(CopyTest, WithoutRoomNothingOfALargeCopyStays) {
  given_many(100);
  t_.given_quota(150);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_));
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kFailed);
  EXPECT_NE(t_.job(job).error, "");
  EXPECT_THAT(t_.names(to_), IsEmpty());
  EXPECT_EQ(t_.usage().used, 100);
}

TEST_F(CopyTest, ACancelledCopyLeavesNothing) {
  given_many(300);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_));
  int steps = 0;
  t_.run_job([&] { return steps++ == 1; });
  t_.sim.change([&](db::Transaction& tx) { return ledger::cancel_job(tx, job); });
  t_.sim.clock.turn(ledger::JobLimits{}.lease);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kCancelled);
  EXPECT_EQ(t_.usage().used, 300);
}

TEST_F(CopyTest, ARightThatEndsWhileItIsCopiedEndsTheCopy) {
  const auto ben = t_.given_person("ben");
  t_.given_grant(from_, ben, Role::kViewer);
  t_.given_grant(to_, ben, Role::kEditor);
  given_many(100);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_, ben));
  t_.given_no_grant(from_, ben);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kFailed);
  EXPECT_THAT(t_.names(to_), IsEmpty());
}

TEST_F(CopyTest, WhatIsThrownAwayMeanwhileIsLeftOut) {
  given_many(100);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_));
  t_.limits.step_rows = 10;
  t_.run_job([steps = 0]() mutable { return steps++ == 2; });  // the top folder is read
  t_.trashed(node_at("from/f80"));
  t_.sim.clock.turn(ledger::JobLimits{}.lease);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kDone);
  EXPECT_THAT(t_.names(node_at("to/from")), ::testing::IsSupersetOf({"f0", "f20", "f40", "f60"}));
}

TEST_F(CopyTest, AJobDoesNotReplaceWhatItIsMadeFrom) {
  given_many(100);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_, OnConflict::kReplace));
  t_.moved(from_, to_);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kFailed);
  EXPECT_FALSE(t_.stat(from_, t_.ana).in_trash);
  EXPECT_EQ(t_.usage().used, 100);
}

TEST_F(CopyTest, AJobOfSomebodyWhoWasDisabledEnds) {
  const auto ben = t_.given_person("ben");
  t_.given_grant(root_, ben, Role::kEditor);
  given_many(100);
  const auto job = std::get<ledger::JobId>(t_.copied(from_, to_, ben));
  t_.sim.change([&](db::Transaction& tx) {
    account::change_person(tx, t_.journal, t_.operation(), {}, ben.person, {.display_name = {}, .admin = {}, .disabled = true});
  });
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kFailed);
  EXPECT_THAT(t_.names(to_), IsEmpty());
}

TEST_F(CopyTest, ANameThatIsTakenMeanwhileEndsTheJobOrIsNumbered) {
  given_many(100);
  const auto strict = std::get<ledger::JobId>(t_.copied(from_, to_));
  const auto lenient = std::get<ledger::JobId>(t_.copied(from_, to_, OnConflict::kRename));
  t_.folder(to_, "from");
  t_.run_jobs();
  EXPECT_EQ(t_.job(strict).state, ledger::JobState::kFailed);
  EXPECT_EQ(t_.job(lenient).state, ledger::JobState::kDone);
  EXPECT_THAT(t_.names(to_), ElementsAre("from", "from (2)"));
}

}  // namespace
}  // namespace cairn::tree
