// A person goes: nobody finds anything of theirs from then on, nothing of it is left in the end, and nothing of others is
// touched.
#include "cairn/tree/remove_person.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cairn/content/ended_scopes.h"
#include "cairn/tree/expiry.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;

class RemovePersonTest : public ::testing::Test {
 protected:
  RemovePersonTest() {
    root_ = t_.space.root;
    admin_ = t_.given_person("admin");
    t_.sim.change([&](db::Transaction& tx) {
      account::change_person(tx, t_.journal, t_.operation(), {}, admin_.person,
                             {.display_name = {}, .admin = true, .disabled = {}});
    });
  }
  ~RemovePersonTest() override {
    const auto findings = t_.examined(true);
    EXPECT_TRUE(findings.errors().empty()) << SimTree::told(findings);
  }

  ledger::JobId removed(const account::Principal& who) { return t_.write(removal_of(who)); }
  [[nodiscard]] RemovePerson removal_of(const account::Principal& who) const {
    return {.journal = &t_.journal,
            .operation = ledger::Operation::once(t_.sim.clock.now(), admin_.person.uuid()),
            .author = admin_.author(),
            .person = who.person};
  }
  void given_files(int number) {
    for (int i = 0; i < number; ++i) t_.file(t_.folder(root_, "folder " + std::to_string(i)).id, "file", "bytes");
  }
  std::int64_t rows_of(db::Sql sql) {
    return t_.sim.change([&](db::Transaction& tx) {
      auto rows = tx.query(sql);
      return rows.next() ? rows.integer(0) : -1;
    });
  }
  std::int64_t all_rows() {
    return rows_of(
        "SELECT (SELECT COUNT(*) FROM node) + (SELECT COUNT(*) FROM version) + (SELECT COUNT(*) FROM folder)"
        " + (SELECT COUNT(*) FROM node_past) + (SELECT COUNT(*) FROM trash) + (SELECT COUNT(*) FROM access_grant)"
        " + (SELECT COUNT(*) FROM space) + (SELECT COUNT(*) FROM space_usage) + (SELECT COUNT(*) FROM copy_todo)");
  }
  template <class Act>
  static ErrorCode error_of(Act act) {
    return SimTree::error_of(act);
  }

  SimTree t_;
  NodeId root_;
  account::Principal admin_;
};

TEST_F(RemovePersonTest, FromThenOnNobodyFindsAnythingOfThem) {
  const auto ben = t_.given_person("ben");
  const auto folder = t_.folder(root_, "shared").id;
  const auto file = t_.file(folder, "a", "x").id;
  const auto thrown = t_.file(folder, "thrown", "x").id;
  t_.trashed(thrown);
  t_.given_grant(folder, ben, Role::kManager);
  ASSERT_EQ(t_.content(file, ben), "x");
  removed(t_.ana);
  for (const auto& who : {t_.ana, ben}) {
    for (const auto& node : {root_, folder, file, thrown}) EXPECT_EQ(error_of([&] { t_.stat(node, who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.content(file, who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.file(folder, "b", "x", who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.restored(thrown, who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.moved(file, root_, who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.trash(who); }), ErrorCode::kNotFound);
    EXPECT_EQ(error_of([&] { t_.purged(thrown, who); }), ErrorCode::kNotFound);
    EXPECT_THAT(t_.sim.change([&](db::Transaction& tx) { return list_spaces(tx, who); }), IsEmpty());
  }
}

TEST_F(RemovePersonTest, NothingIsLeftInTheEndAndTheRightsOfOthersHold) {
  const auto before = all_rows();
  const auto ana = t_.given_person("second ana");
  t_.space = t_.given_space(ana, SpaceId::make(t_.sim.clock.now()));
  t_.sim.run(t_.sim.content->add_scope(SimTree::kTurn, t_.space.key_scope()));
  const auto own_root = t_.space.root;
  const auto file = t_.file(own_root, "a", "x", ana).id;
  t_.trashed(t_.file(own_root, "thrown", "x", ana).id, ana);
  t_.moved(file, t_.folder(own_root, "f", ana).id, ana);
  t_.given_grant(root_, ana, Role::kEditor);
  t_.file(root_, "by her", "x", ana);
  const auto with_gift = all_rows();
  const auto job = removed(ana);
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kDone);
  EXPECT_EQ(t_.job(job).progress, R"({"left_bytes":0})");
  EXPECT_LT(all_rows(), with_gift);
  EXPECT_EQ(all_rows(), before + 2) << "the file that she gave to another's space stays, with its version";
  EXPECT_THAT(t_.names(root_), ElementsAre("by her"));
}

TEST_F(RemovePersonTest, ItGoesInStepsAndSurvivesAPowerCutBetweenAnyTwo) {
  t_.limits.step_rows = 7;
  given_files(12);
  t_.trashed(t_.file(root_, "thrown", "x").id);
  const auto job = removed(t_.ana);
  int steps = 0;
  for (;;) {
    const auto findings = t_.examined(false);
    ASSERT_TRUE(findings.errors().empty()) << steps << " steps: " << SimTree::told(findings);
    if (t_.job(job).state == ledger::JobState::kDone) break;
    t_.run_job([done = 0]() mutable { return done++ == 1; });
    t_.sim.clock.turn(std::chrono::minutes(5));  // its lease
    t_.restart();
    ASSERT_LT(++steps, 1000);
  }
  EXPECT_THAT(steps, Gt(5));
  EXPECT_EQ(all_rows(), 0);
}

TEST_F(RemovePersonTest, TheNameIsFreeAgainAndWhatWasDoneKeepsTheShownName) {
  removed(t_.ana);
  const auto other = t_.given_person("ana");
  EXPECT_NE(other.person, t_.ana.person);
  EXPECT_EQ(rows_of("SELECT COUNT(*) FROM former_person WHERE display_name = 'ana'"), 1);
  EXPECT_EQ(error_of([&] { removed(t_.ana); }), ErrorCode::kNotFound);
}

TEST_F(RemovePersonTest, AskedAgainItIsTheSameJob) {
  auto removal = removal_of(t_.ana);
  removal.operation = ledger::Operation::repeatable(admin_.person.uuid(), "key", "DELETE ana");
  const auto job = t_.write(removal);
  EXPECT_EQ(t_.write(removal), job);
}

TEST_F(RemovePersonTest, TheLastAdministratorStaysWithAllFiles) {
  const auto before = all_rows();
  EXPECT_EQ(error_of([&] { removed(admin_); }), ErrorCode::kConflict);
  EXPECT_EQ(all_rows(), before);
}

TEST_F(RemovePersonTest, ACopyUnderWayEndsAndLeavesNothing) {
  t_.limits.inline_nodes = 5;
  t_.limits.step_rows = 20;
  const auto top = t_.folder(root_, "top").id;
  for (int i = 0; i < 20; ++i) t_.file(top, "f" + std::to_string(i), "x");
  const auto copy = std::get<ledger::JobId>(t_.copied(top, t_.folder(root_, "to").id));
  t_.run_job([done = 0]() mutable { return done++ == 1; });
  removed(t_.ana);
  t_.sim.clock.turn(std::chrono::minutes(5));
  t_.run_jobs();
  EXPECT_EQ(t_.job(copy).state, ledger::JobState::kFailed);
  EXPECT_EQ(all_rows(), 0);
}

TEST_F(RemovePersonTest, AnUploadUnderWayIsRefusedAtItsEnd) {
  auto change = PutFile{.request = t_.request(t_.ana), .space = {}, .parent = root_, .name = SimTree::name("a"), .content = {}};
  auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, change.request, root_, {}));
  t_.sim.run(draft->write(bytes_of("x")));
  removed(t_.ana);
  t_.run_jobs();
  EXPECT_EQ(error_of([&] { t_.sim.run(t_.tree->put(SimTree::kTurn, *draft, change, t_.sim.clock.now())); }),
            ErrorCode::kNotFound);
  EXPECT_EQ(all_rows(), 0);
}

TEST_F(RemovePersonTest, ItCannotBeCancelledAndWhatFailedIsTakenUpAgain) {
  t_.limits.step_rows = 7;
  given_files(5);
  const auto job = removed(t_.ana);
  t_.sim.change([&](db::Transaction& tx) { ledger::cancel_job(tx, job); });
  t_.run_jobs();
  EXPECT_EQ(t_.job(job).state, ledger::JobState::kCancelled);
  EXPECT_EQ(all_rows(), 0) << "another job has done it";
}

TEST_F(RemovePersonTest, WhatAJobThatWasGivenUpHasLeftIsRemovedLater) {
  t_.limits.step_rows = 7;
  given_files(5);
  const auto job = removed(t_.ana);
  EXPECT_EQ(t_.write(RemoveLeftSpaces{}), 0u) << "a job is at it";
  t_.run_job([done = 0]() mutable { return done++ == 1; });
  t_.sim.change([&](db::Transaction& tx) {
    ledger::note_end(tx, *ledger::find_job(tx, job), ledger::JobState::kFailed, "The disk failed.");
  });
  EXPECT_EQ(t_.write(PurgeExpired{.keep = std::chrono::microseconds(0)}).queued, 0u) << "its trash is no space's";
  EXPECT_EQ(t_.write(RemoveLeftSpaces{}), 1u);
  t_.run_jobs();
  EXPECT_EQ(all_rows(), 0);
}

class KeyOfTheRemovedTest : public RemovePersonTest {
 protected:
  KeyOfTheRemovedTest() {
    t_.file(root_, "a", "x");
    removed(t_.ana);
    EXPECT_EQ(destroyed(), 0u);
    t_.run_jobs();
  }

  std::size_t destroyed() {
    return t_.sim.run(content::destroy_ended_scopes(SimTree::kTurn, *t_.sim.database, *t_.sim.guard, *t_.sim.keys));
  }
  bool has_key() {
    return error_of([&] { t_.sim.run(t_.sim.keys->get(SimTree::kTurn, t_.space.key_scope())); }) == ErrorCode::kInternal;
  }
  void given_no_bytes() {
    t_.sim.clock.turn(std::chrono::hours(24 * 60));
    content::GarbageCollector garbage(*t_.sim.database, *t_.sim.store, *t_.sim.guard,
                                      {.grace = std::chrono::hours(24), .batch = 100, .breaker_least = 100, .breaker_share = 1},
                                      Uuid{std::byte{7}}, {});
    ASSERT_EQ(t_.sim.run(garbage.run(SimTree::kTurn)).removed, 1u);
  }
};

TEST_F(KeyOfTheRemovedTest, ItGoesWithTheLastOfTheBytesAndNotBefore) {
  EXPECT_EQ(destroyed(), 0u) << "its bytes are there until their grace is over";
  EXPECT_TRUE(has_key());
  given_no_bytes();
  EXPECT_EQ(destroyed(), 1u);
  EXPECT_FALSE(has_key());
  EXPECT_EQ(destroyed(), 0u);
}

TEST_F(KeyOfTheRemovedTest, ADatabaseThatWentBackInTimeDestroysNone) {
  given_no_bytes();
  t_.sim.run(t_.sim.guard->refresh(SimTree::kTurn));
  t_.sim.change([](db::Transaction& tx) {
    constexpr db::Sql kYesterday = "UPDATE store SET high_water = high_water - 1000000 WHERE id = 1";
    tx.run(kYesterday);
  });
  t_.restart();
  EXPECT_EQ(destroyed(), 0u);
  EXPECT_TRUE(has_key());
}

}  // namespace
}  // namespace cairn::tree
