#include "cairn/tree/quota.h"

#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::IsEmpty;

class QuotaTest : public TreeTest {
 protected:
  std::size_t objects() { return t_.sim.objects(); }
};

TEST_F(QuotaTest, WhatFitsExactlyFits) {
  t_.given_quota(10);
  t_.file(root_, "a", "12345");
  t_.file(root_, "b", "12345");
  EXPECT_EQ(t_.usage().used, 10);
  EXPECT_EQ(error_of([&] { t_.file(root_, "c", "1"); }), ErrorCode::kQuotaExceeded);
  t_.file(root_, "empty", "");
  EXPECT_EQ(objects(), 2u);
}

TEST_F(QuotaTest, ItIsLookedAtBeforeTheBytesComeIfTheirNumberIsKnown) {
  t_.given_quota(10);
  EXPECT_EQ(error_of([&] { t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, 11)); }),
            ErrorCode::kQuotaExceeded);
}

TEST_F(QuotaTest, AnUploadThatGoesOnForTooLongIsStoppedAndLeavesNothing) {
  t_.given_quota(100);
  auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, {}));
  const std::vector<std::byte> piece(60);
  t_.sim.run(draft->write(piece));
  EXPECT_EQ(error_of([&] { t_.sim.run(draft->write(piece)); }), ErrorCode::kQuotaExceeded);
  EXPECT_EQ(objects(), 0u);
  EXPECT_THAT(t_.names(root_), IsEmpty());
}

TEST_F(QuotaTest, TwoUploadsThatFitAloneDoNotBothFit) {
  t_.given_quota(100);
  const std::vector<std::byte> bytes(60);
  auto first = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, 60));
  auto second = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, 60));
  t_.sim.run(first->write(bytes));
  t_.sim.run(second->write(bytes));
  const auto put = [&](FileDraft& draft, const char* name) {
    return error_of([&] {
      t_.sim.run(t_.tree->put(
          SimTree::kTurn, draft,
          PutFile{.request = t_.request(t_.ana), .space = {}, .parent = root_, .name = SimTree::name(name), .content = {}},
          t_.sim.clock.now()));
    });
  };
  EXPECT_EQ(put(*first, "a"), ErrorCode::kInternal);
  EXPECT_EQ(put(*second, "b"), ErrorCode::kQuotaExceeded);
  EXPECT_EQ(t_.usage().used, 60);
  EXPECT_EQ(objects(), 1u);
}

TEST_F(QuotaTest, AnUploadThatIsRepeatedIsAnsweredThoughItWouldNotFitTwice) {
  t_.given_quota(100);
  auto request = t_.request(t_.ana);
  request.operation = ledger::Operation::repeatable(t_.ana.person.uuid(), "key", "put it");
  const std::vector<std::byte> bytes(60);
  const auto put = [&] {
    auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, request, root_, 60));
    t_.sim.run(draft->write(bytes));
    return t_.sim.run(t_.tree->put(SimTree::kTurn, *draft,
                                   PutFile{.request = request, .parent = root_, .name = SimTree::name("a")}, t_.sim.clock.now()));
  };
  const auto first = put();
  EXPECT_EQ(put(), first);
  EXPECT_EQ(objects(), 1u);
  EXPECT_EQ(t_.usage().used, 60);
}

TEST_F(QuotaTest, ARepeatedUploadWhoseAnswerIsForgottenMeanwhilePutsNothing) {
  auto request = t_.request(t_.ana);
  request.operation = ledger::Operation::repeatable(t_.ana.person.uuid(), "key", "put it");
  const PutFile change{.request = request, .parent = root_, .name = SimTree::name("a"), .on_conflict = OnConflict::kReplace};
  const std::vector<std::byte> bytes(60);
  auto first = t_.sim.run(t_.tree->begin(SimTree::kTurn, request, root_, 60));
  t_.sim.run(first->write(bytes));
  const auto node = t_.sim.run(t_.tree->put(SimTree::kTurn, *first, change, t_.sim.clock.now()));
  auto again = t_.sim.run(t_.tree->begin(SimTree::kTurn, request, root_, 60));
  t_.sim.run(again->write(bytes));
  t_.sim.clock.turn(std::chrono::hours(25));
  t_.sim.change([&](db::Transaction& tx) { return ledger::forget_answers(tx, t_.sim.clock.now(), 1'000); });
  EXPECT_EQ(error_of([&] { t_.sim.run(t_.tree->put(SimTree::kTurn, *again, change, t_.sim.clock.now())); }),
            ErrorCode::kConflict);
  EXPECT_EQ(t_.stat(node.id), node) << "an empty version lies over the file";
}

TEST_F(QuotaTest, BytesBroughtForOneSpaceDoNotGoIntoAnother) {
  const auto ben = t_.given_person("ben");
  const auto scope = make_uuid(t_.sim.clock.now());
  t_.sim.run(t_.sim.keys->create(SimTree::kTurn, scope));
  const auto bens = t_.given_space(ben, SpaceId(scope));
  auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(ben), bens.root, {}));
  t_.sim.run(draft->write(std::vector<std::byte>(10)));
  t_.given_grant(root_, ben, Role::kEditor);
  EXPECT_THROW(t_.sim.run(t_.tree->put(SimTree::kTurn, *draft,
                                       PutFile{.request = t_.request(ben), .parent = root_, .name = SimTree::name("x")},
                                       t_.sim.clock.now())),
               Failure);
  EXPECT_THAT(t_.names(root_), IsEmpty());
  EXPECT_EQ(objects(), 0u);
}

TEST_F(QuotaTest, ADraftThatWasGivenUpIsGoodForNothing) {
  t_.given_quota(10);
  auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, {}));
  EXPECT_THROW(t_.sim.run(draft->write(std::vector<std::byte>(11))), Failure);
  EXPECT_THROW(t_.sim.run(draft->write(std::vector<std::byte>(1))), Failure);
  EXPECT_THROW(t_.sim.run(t_.tree->put(SimTree::kTurn, *draft,
                                       PutFile{.request = t_.request(t_.ana), .parent = root_, .name = SimTree::name("x")},
                                       t_.sim.clock.now())),
               Failure);
  EXPECT_THAT(t_.names(root_), IsEmpty());
}

TEST_F(QuotaTest, MoreOrFewerBytesThanAnnouncedAreRefusedAndLeaveNothing) {
  const std::vector<std::byte> bytes(60);
  auto more = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, 59));
  EXPECT_EQ(error_of([&] { t_.sim.run(more->write(bytes)); }), ErrorCode::kInvalidInput);
  auto fewer = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, 61));
  t_.sim.run(fewer->write(bytes));
  EXPECT_EQ(error_of([&] {
              t_.sim.run(t_.tree->put(
                  SimTree::kTurn, *fewer,
                  PutFile{.request = t_.request(t_.ana), .space = {}, .parent = root_, .name = SimTree::name("x"), .content = {}},
                  t_.sim.clock.now()));
            }),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(objects(), 0u);
  EXPECT_THAT(t_.names(root_), IsEmpty());
}

TEST_F(QuotaTest, CopiesCountAndSoDoesTheTrashUntilItIsEmptied) {
  t_.given_quota(10);
  const auto file = t_.file(root_, "a", "1234").id;
  const auto folder = t_.folder(root_, "f").id;
  t_.copied(file, folder);
  EXPECT_EQ(t_.usage().used, 8);
  EXPECT_EQ(error_of([&] { t_.copied(file, folder, OnConflict::kRename); }), ErrorCode::kQuotaExceeded);
  t_.trashed(file);
  EXPECT_EQ(t_.usage().used, 8);
  t_.purged(file);
  EXPECT_EQ(t_.usage().used, 4);
}

TEST_F(QuotaTest, FormerVersionsCount) {
  t_.given_quota(10);
  const auto file = t_.file(root_, "a", "1234").id;
  t_.version(file, "5678");
  EXPECT_EQ(error_of([&] { t_.version(file, "9abc"); }), ErrorCode::kQuotaExceeded);
  EXPECT_EQ(t_.content(file), "5678");
}

TEST_F(QuotaTest, ASmallerQuotaThanWhatIsThereTakesNothingAway) {
  const auto file = t_.file(root_, "a", "1234567890").id;
  t_.given_quota(5);
  EXPECT_EQ(t_.content(file), "1234567890");
  EXPECT_EQ(error_of([&] { t_.file(root_, "b", "1"); }), ErrorCode::kQuotaExceeded);
  t_.renamed(file, "still mine");
}

}  // namespace
}  // namespace cairn::tree
