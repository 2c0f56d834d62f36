#include "cairn/tree/rights.h"

#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;

class RightsTest : public TreeTest {
 protected:
  RightsTest()
      : ben_(t_.given_person("ben")),
        documents_(t_.folder(root_, "Documents").id),
        work_(t_.folder(documents_, "Work").id),
        report_(t_.file(work_, "report.txt", "secret").id) {}

  Role role(const account::Principal& who, const NodeId& node) {
    return t_.sim.change([&](db::Transaction& tx) { return role_on(tx, who, node); });
  }
  ErrorCode reading(const account::Principal& who, const NodeId& node) {
    return error_of([&] { t_.stat(node, who); });
  }
  ErrorCode writing(const account::Principal& who, const NodeId& node) {
    return error_of([&] { t_.renamed(node, "changed", who); });
  }

  account::Principal ben_;
  NodeId documents_;
  NodeId work_;
  NodeId report_;
};

constexpr auto kAllowed = ErrorCode::kInternal;

TEST_F(RightsTest, TheOwnerMayDoEverythingAndAStrangerDoesNotEvenKnow) {
  EXPECT_EQ(role(t_.ana, report_), Role::kManager);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
  EXPECT_EQ(reading(ben_, root_), ErrorCode::kNotFound);
  EXPECT_EQ(writing(ben_, report_), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.folder(root_, "x", ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.file(work_, "x", "y", ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.trashed(report_, ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.purged(report_, ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.copied(report_, root_, ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.content(report_, ben_); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.list(work_, ben_); }), ErrorCode::kNotFound);
}

TEST_F(RightsTest, AnAdministratorHasNoFilesBySayingSo) {
  ben_.admin = true;
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
}

TEST_F(RightsTest, AGrantReachesDownNotUp) {
  t_.given_grant(work_, ben_, Role::kViewer);
  EXPECT_EQ(reading(ben_, work_), kAllowed);
  EXPECT_EQ(reading(ben_, report_), kAllowed);
  EXPECT_EQ(reading(ben_, documents_), ErrorCode::kNotFound);
  EXPECT_EQ(t_.content(report_, ben_), "secret");
}

TEST_F(RightsTest, AViewerReadsAndChangesNothing) {
  t_.given_grant(documents_, ben_, Role::kViewer);
  EXPECT_EQ(writing(ben_, report_), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.folder(work_, "x", ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.file(work_, "x", "y", ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.trashed(report_, ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.moved(report_, documents_, ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.copied(report_, documents_, ben_); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, AnEditorChangesAndDoesNotRemoveForGood) {
  t_.given_grant(documents_, ben_, Role::kEditor);
  EXPECT_EQ(writing(ben_, report_), kAllowed);
  t_.trashed(report_, ben_);
  EXPECT_EQ(error_of([&] { t_.purged(report_, ben_); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, TheStrongestRoleCountsWhereverItIsGiven) {
  t_.given_grant(documents_, ben_, Role::kEditor);
  t_.given_grant(work_, ben_, Role::kViewer);
  EXPECT_EQ(role(ben_, report_), Role::kEditor);
  t_.given_grant(report_, ben_, Role::kManager);
  EXPECT_EQ(role(ben_, report_), Role::kManager);
  EXPECT_EQ(role(ben_, work_), Role::kEditor);
}

TEST_F(RightsTest, EachOfMySubjectsCounts) {
  const auto group = t_.given_person("a group");
  t_.given_grant(work_, group, Role::kEditor);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
  ben_.subjects.push_back(group.person.uuid());
  EXPECT_EQ(writing(ben_, report_), kAllowed);
}

TEST_F(RightsTest, AGrantEndsWhenItsTimeIsOver) {
  t_.given_grant(work_, ben_, Role::kViewer, t_.sim.clock.now() + std::chrono::hours(1));
  t_.sim.clock.turn(std::chrono::hours(1) - std::chrono::microseconds(1));
  EXPECT_EQ(reading(ben_, report_), kAllowed);
  t_.sim.clock.turn(std::chrono::microseconds(1));
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
}

TEST_F(RightsTest, AGrantThatIsTakenBackIsGoneAtOnce) {
  t_.given_grant(work_, ben_, Role::kEditor);
  EXPECT_EQ(writing(ben_, report_), kAllowed);
  t_.given_no_grant(work_, ben_);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
}

// A change that was asked for while the right was there, and comes to its turn when it is not.
TEST_F(RightsTest, ARightThatIsTakenBackWhileAChangeWaitsCountsNoMore) {
  t_.given_grant(work_, ben_, Role::kEditor);
  EXPECT_EQ(writing(ben_, report_), kAllowed);
  ErrorCode outcome = kAllowed;
  TaskGroup group;
  group.spawn([](SimTree& t, account::Principal who, NodeId node, ErrorCode& code) -> Task<> {
    auto change = MoveNode{.request = t.request(who), .space = t.space.id, .node = node, .name = SimTree::name("late")};
    try {
      co_await t.sim.database->write(SimTree::kTurn, std::move(change));
    } catch (const Failure& failure) {
      code = failure.error().code;
    }
  }(t_, ben_, report_, outcome));
  t_.sim.change(
      [&](db::Transaction& tx) { remove_grant(tx, work_, ben_.person.uuid()); });  // by another way than the one that waits
  while (t_.sim.step()) {
  }
  EXPECT_EQ(outcome, ErrorCode::kNotFound);
  EXPECT_EQ(t_.stat(report_).name, "changed");
}

TEST_F(RightsTest, AboveACutOnlyManagersOfTheSpaceCount) {
  t_.given_grant(documents_, ben_, Role::kManager);
  EXPECT_EQ(reading(ben_, report_), kAllowed);
  t_.given_cut(work_);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound) << "a manager of a folder is none of the space";
  EXPECT_EQ(reading(t_.ana, report_), kAllowed);
  t_.given_grant(work_, ben_, Role::kViewer);
  EXPECT_EQ(reading(ben_, report_), kAllowed) << "what is given below the cut counts";
  EXPECT_EQ(writing(ben_, report_), ErrorCode::kDenied);
  t_.given_cut(work_, false);
  EXPECT_EQ(writing(ben_, report_), kAllowed);
}

TEST_F(RightsTest, AnEditorOfTheSpaceStaysOutOfACutFolder) {
  t_.given_grant(root_, ben_, Role::kEditor);
  t_.given_cut(work_);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound);
  EXPECT_EQ(reading(ben_, documents_), kAllowed);
}

TEST_F(RightsTest, ACutFolderShowsInNoListOfThoseWhoMayNotEnter) {
  t_.given_grant(documents_, ben_, Role::kEditor);
  t_.folder(documents_, "Open");
  t_.given_cut(work_);
  EXPECT_THAT(t_.names(documents_, ben_), ElementsAre("Open"));
  EXPECT_EQ(t_.list(documents_, ben_).total, 1);
  EXPECT_THAT(t_.names(documents_), ElementsAre("Open", "Work"));
  EXPECT_EQ(t_.list(documents_, t_.ana).total, 2);
  t_.given_grant(work_, ben_, Role::kViewer);
  EXPECT_THAT(t_.names(documents_, ben_), ElementsAre("Open", "Work"));
}

TEST_F(RightsTest, ACopyLeavesOutWhatTheCopierMayNotRead) {
  t_.given_grant(documents_, ben_, Role::kEditor);
  t_.given_grant(t_.folder(root_, "Ben's").id, ben_, Role::kEditor);
  t_.folder(documents_, "Open");
  t_.given_cut(work_);
  const auto bens = t_.read(FindByPath{.who = t_.ana, .space = t_.space.id, .path = "Ben's"}).node.id;
  const auto copy = std::get<Node>(t_.copied(documents_, bens, ben_));
  EXPECT_THAT(t_.names(copy.id), ElementsAre("Open"));
}

TEST_F(RightsTest, WhoMayOnlyWriteAFileGivesItContentButItsNameAndPlaceAreTheFolders) {
  t_.given_grant(report_, ben_, Role::kEditor);
  const auto bens = t_.folder(root_, "Ben's").id;
  t_.given_grant(bens, ben_, Role::kManager);
  auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(ben_), report_, {}));
  t_.sim.run(t_.tree->put(SimTree::kTurn, *draft,
                          PutVersion{.request = t_.request(ben_), .space = {}, .node = report_, .content = {}},
                          t_.sim.clock.now()));
  EXPECT_EQ(t_.content(report_, ben_), "");
  EXPECT_EQ(writing(ben_, report_), ErrorCode::kDenied) << "a taken name would tell what else lies there";
  EXPECT_EQ(error_of([&] { t_.moved(report_, bens, ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.trashed(report_, ben_); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, NobodyBecomesManagerOfAFileByMovingIt) {
  const auto bens = t_.folder(root_, "Ben's").id;
  t_.given_grant(documents_, ben_, Role::kEditor);
  t_.given_grant(bens, ben_, Role::kManager);
  EXPECT_EQ(error_of([&] { t_.moved(report_, bens, ben_); }), ErrorCode::kDenied);
  t_.trashed(report_, ben_);
  EXPECT_EQ(error_of([&] { t_.restored(report_, ben_, bens); }), ErrorCode::kDenied);
  EXPECT_EQ(t_.restored(report_, ben_).parent, work_) << "back where it was, with the rights that were";
  EXPECT_EQ(error_of([&] { t_.copied(report_, bens, ben_); }), kAllowed) << "a copy is one's own";
}

TEST_F(RightsTest, WhoMayNotEnterACutFolderTakesNothingOutOfItByTheTrash) {
  t_.given_grant(root_, ben_, Role::kEditor);
  t_.given_cut(work_);
  t_.given_grant(report_, ben_, Role::kEditor);
  t_.trashed(report_);
  EXPECT_EQ(error_of([&] { t_.restored(report_, ben_); }), ErrorCode::kDenied);
  EXPECT_EQ(error_of([&] { t_.restored(report_, ben_, root_); }), ErrorCode::kDenied);
  EXPECT_EQ(t_.restored(report_).parent, work_);
}

TEST_F(RightsTest, AFolderIsRemovedForGoodByManagersOfTheSpaceAlone) {
  t_.given_grant(documents_, ben_, Role::kManager);
  const auto cut = t_.folder(work_, "cut").id;
  t_.given_cut(cut);
  EXPECT_EQ(error_of([&] { t_.purged(work_, ben_); }), ErrorCode::kDenied) << "there is something below that is not Ben's";
  EXPECT_EQ(t_.purged(report_, ben_), std::nullopt);
  EXPECT_EQ(t_.purged(work_), std::nullopt);
}

TEST_F(RightsTest, AskingForAPathTellsAStrangerNothing) {
  const auto asking = [&](const std::string& path) {
    try {
      t_.read(FindByPath{.who = ben_, .space = t_.space.id, .path = path});
      return std::string("found");
    } catch (const Failure& failure) {
      return failure.error().message;
    }
  };
  const auto nothing = asking("Nothing/there");
  EXPECT_EQ(asking("Documents/Work"), nothing);
  EXPECT_EQ(asking("Documents"), nothing);
  EXPECT_EQ(asking(""), nothing);
  EXPECT_EQ(asking("Documents/."), asking("Nothing/."));
  EXPECT_EQ(asking("Documents/Work/report.txt/x"), nothing);
  EXPECT_EQ(t_.read(FindByPath{.who = t_.ana, .space = t_.space.id, .path = "Documents/Work"}).node.id, work_);
  try {
    t_.read(FindByPath{.who = ben_, .space = SpaceId::make(Instant{}), .path = ""});
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().message, nothing);
  }
}

TEST_F(RightsTest, AViewersDownloadGoesOnWhenTheFileIsOverwritten) {
  t_.given_grant(report_, ben_, Role::kViewer);
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, ben_, report_, {}));
  handle.select({});
  std::array<std::byte, 2> some;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
  t_.version(report_, "another");
  t_.sim.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
}

TEST_F(RightsTest, PiecesOfAFileEndWithTheCredentialToo) {
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, report_, {}));
  handle.select({});
  t_.credentials_valid = false;
  t_.sim.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(error_of([&] { t_.sim.run(handle.next_piece(100)); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, AClockThatGoesBackIsNoReasonNotToLook) {
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, report_, {}));
  handle.select({});
  std::array<std::byte, 2> some;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
  t_.credentials_valid = false;
  t_.sim.clock.turn(-std::chrono::hours(1));
  EXPECT_EQ(error_of([&] { t_.sim.run(handle.read(some)); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, WhatWasThrownAwayIsThereForThoseWhoCouldEditIt) {
  const auto cleo = t_.given_person("cleo");
  t_.given_grant(documents_, ben_, Role::kEditor);
  t_.given_grant(documents_, cleo, Role::kViewer);
  t_.trashed(work_);
  EXPECT_EQ(reading(t_.ana, report_), kAllowed);
  EXPECT_EQ(reading(ben_, report_), kAllowed);
  EXPECT_EQ(reading(cleo, report_), ErrorCode::kNotFound);
  t_.trashed(documents_);
  EXPECT_EQ(reading(ben_, report_), kAllowed) << "the folder that it came from was thrown away too";
  EXPECT_EQ(reading(t_.stat(root_, t_.ana).role == Role::kManager ? t_.ana : ben_, report_), kAllowed);
  EXPECT_EQ(reading(cleo, report_), ErrorCode::kNotFound);
  t_.purged(documents_);
  EXPECT_EQ(reading(ben_, report_), ErrorCode::kNotFound) << "where it came from is gone, and so are the rights there";
  EXPECT_EQ(reading(t_.ana, report_), kAllowed);
}

TEST_F(RightsTest, TheTrashItselfIsNobodysFolder) {
  EXPECT_EQ(reading(t_.ana, t_.space.trash), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.moved(report_, t_.space.trash); }), ErrorCode::kNotFound);
  EXPECT_EQ(error_of([&] { t_.folder(t_.space.trash, "x"); }), ErrorCode::kNotFound);
}

TEST_F(RightsTest, ACredentialForReadingOnlyWritesNothing) {
  auto reader = t_.ana;
  reader.scopes = account::Scopes{account::Scope::kReadFiles};
  EXPECT_EQ(reading(reader, report_), kAllowed);
  EXPECT_EQ(writing(reader, report_), ErrorCode::kDenied);
  reader.scopes = {};
  EXPECT_EQ(reading(reader, report_), ErrorCode::kDenied);
}

TEST_F(RightsTest, FormerVersionsAreForThoseWhoCouldMakeOne) {
  const auto first = *t_.stat(report_).version;
  t_.version(report_, "second");
  t_.given_grant(report_, ben_, Role::kViewer);
  EXPECT_EQ(t_.content(report_, ben_), "second");
  EXPECT_EQ(error_of([&] { t_.content(report_, ben_, first); }), ErrorCode::kDenied);
  t_.given_grant(report_, ben_, Role::kEditor);
  EXPECT_EQ(t_.content(report_, ben_, first), "secret");
}

TEST_F(RightsTest, AStreamEndsWhenItsRightDoes) {
  t_.given_grant(report_, ben_, Role::kViewer);
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, ben_, report_, {}));
  handle.select({});
  std::array<std::byte, 2> some;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
  t_.given_no_grant(report_, ben_);
  t_.sim.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(error_of([&] { t_.sim.run(handle.read(some)); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, AStreamEndsWhenItsCredentialDoes) {
  auto handle = t_.sim.run(t_.tree->open(SimTree::kTurn, t_.ana, report_, {}));
  handle.select({});
  std::array<std::byte, 2> some;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u);
  t_.credentials_valid = false;
  EXPECT_EQ(t_.sim.run(handle.read(some)), 2u) << "not yet: it looks every five seconds";
  t_.sim.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(error_of([&] { t_.sim.run(handle.read(some)); }), ErrorCode::kDenied);
}

TEST_F(RightsTest, FindingOutCostsOneStatementHoweverDeepItLies) {
  auto deep = work_;
  for (int i = 0; i < 50; ++i) deep = t_.folder(deep, "d").id;
  const auto cost = t_.sim.cost_of([&](db::Snapshot& snapshot) { authorize(snapshot, t_.ana, Action::kRead, deep); });
  EXPECT_EQ(cost.statements, 2u) << "the node, and the way up";
}

}  // namespace
}  // namespace cairn::tree
