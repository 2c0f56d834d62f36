// Folders and files made, renamed and moved.
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ChangeTest : public TreeTest {
 protected:
  NodeId at_depth(std::size_t depth) {
    auto node = root_;
    for (std::size_t i = 0; i < depth; ++i) node = t_.folder(node, "d").id;
    return node;
  }
};

constexpr auto kAllowed = ErrorCode::kInternal;

TEST_F(ChangeTest, AFolderIsMadeWhereItWasAskedFor) {
  const auto folder = t_.folder(root_, "Documents");
  EXPECT_EQ(folder.name, "Documents");
  EXPECT_EQ(folder.parent, root_);
  EXPECT_EQ(t_.stat(folder.id), folder);
  EXPECT_THAT(t_.names(root_), ElementsAre("Documents"));
  EXPECT_EQ(t_.list(root_, t_.ana).total, 1);
}

TEST_F(ChangeTest, ATakenNameIsRefusedOrNumbered) {
  t_.folder(root_, "Documents");
  EXPECT_EQ(error_of([&] { t_.folder(root_, "Documents"); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(error_of([&] { t_.file(root_, "Documents", "x"); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(t_.folder(root_, "Documents", t_.ana, OnConflict::kRename).name, "Documents (2)");
  EXPECT_EQ(t_.folder(root_, "Documents", t_.ana, OnConflict::kRename).name, "Documents (3)");
  EXPECT_EQ(error_of([&] { t_.folder(root_, "Documents", t_.ana, OnConflict::kReplace); }), ErrorCode::kInvalidInput);
  EXPECT_NE(error_of([&] { t_.folder(root_, "documents"); }), ErrorCode::kAlreadyExists) << "case counts here";
}

TEST_F(ChangeTest, FindingAFreeNumberAmongManyTakesFewLooks) {
  for (int i = 0; i < 300; ++i) t_.folder(root_, "x", t_.ana, OnConflict::kRename);
  EXPECT_EQ(t_.folder(root_, "x", t_.ana, OnConflict::kRename).name, "x (301)");
}

TEST_F(ChangeTest, WhereCaseIsIgnoredTwoNamesThatDifferInItAreTheSame) {
  const auto ben = t_.given_person("ben");
  const auto scope = make_uuid(t_.sim.clock.now());
  t_.sim.run(t_.sim.keys->create(SimTree::kTurn, scope));
  t_.space = t_.given_space(ben, SpaceId(scope), kUnlimited, NameRule::kIgnoreCase);
  const auto report = t_.file(t_.space.root, "Report", "x", ben);
  EXPECT_EQ(error_of([&] { t_.file(t_.space.root, "REPORT", "x", ben); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(t_.renamed(report.id, "rePORT", ben).name, "rePORT") << "its own name in another case is free";
}

TEST_F(ChangeTest, FilesHoldWhatWasPutIntoThem) {
  const auto file = t_.file(root_, "hello.txt", "hello cloud");
  EXPECT_EQ(file.size, 11);
  EXPECT_EQ(file.version_no, 1);
  EXPECT_EQ(t_.content(file.id), "hello cloud");
  EXPECT_EQ(t_.stat(file.id), file);
}

TEST_F(ChangeTest, AnEmptyFileIsAFile) {
  const auto file = t_.file(root_, "empty", "");
  EXPECT_EQ(file.size, 0);
  EXPECT_EQ(t_.content(file.id), "");
  EXPECT_TRUE(file.version);
}

TEST_F(ChangeTest, ReplacingKeepsWhatWasThereAsAFormerVersion) {
  const auto first = t_.file(root_, "a.txt", "first");
  const auto second = t_.file(root_, "a.txt", "second", t_.ana, OnConflict::kReplace);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.version_no, 2);
  const auto third = t_.version(first.id, "third");
  EXPECT_EQ(t_.content(first.id), "third");
  EXPECT_EQ(t_.content(first.id, t_.ana, first.version), "first");
  EXPECT_EQ(t_.content(first.id, t_.ana, second.version), "second");
  const auto versions = t_.sim.change([&](db::Transaction& tx) { return list_versions(tx, first.id, kUnlimited, 10); });
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_EQ(versions[0].id, third.version);
  EXPECT_EQ(versions[2].id, first.version);
  EXPECT_EQ(t_.usage().used, 5 + 6 + 5) << "former versions count";
}

TEST_F(ChangeTest, AFolderIsNoFile) {
  const auto folder = t_.folder(root_, "f");
  const auto file = t_.file(root_, "a", "x");
  EXPECT_EQ(error_of([&] { t_.file(root_, "f", "x", t_.ana, OnConflict::kReplace); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.version(folder.id, "x"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.content(folder.id); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.folder(file.id, "x"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.list(file.id, t_.ana); }), ErrorCode::kInvalidInput);
}

TEST_F(ChangeTest, NewContentCanBeMadeToDependOnTheOld) {
  const auto file = t_.file(root_, "a", "1");
  const auto changed = t_.version(file.id, "2", file.version);
  EXPECT_EQ(error_of([&] { t_.version(file.id, "3", file.version); }), ErrorCode::kPreconditionFailed);
  EXPECT_EQ(t_.content(file.id), "2");
  EXPECT_EQ(t_.stat(file.id), changed);
}

TEST_F(ChangeTest, RenamingChangesTheNameAndNothingElse) {
  const auto file = t_.file(root_, "a.txt", "x");
  const auto renamed = t_.renamed(file.id, "b.txt");
  EXPECT_EQ(renamed.name, "b.txt");
  EXPECT_EQ(renamed.version, file.version);
  EXPECT_GT(renamed.rev, file.rev);
  EXPECT_THAT(t_.names(root_), ElementsAre("b.txt"));
  t_.file(root_, "a.txt", "the name is free again");
  EXPECT_EQ(error_of([&] { t_.renamed(file.id, "a.txt"); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(t_.stat(file.id), renamed);
}

TEST_F(ChangeTest, RenamingToTheSameNameChangesNothing) {
  const auto file = t_.file(root_, "a.txt", "x");
  const auto before = t_.events().size();
  EXPECT_EQ(t_.renamed(file.id, "a.txt"), file);
  EXPECT_EQ(t_.events().size(), before);
}

TEST_F(ChangeTest, MovingAFolderTakesAllBelowAlong) {
  const auto from = t_.folder(root_, "from").id;
  const auto to = t_.folder(root_, "to").id;
  const auto inner = t_.folder(from, "inner").id;
  const auto file = t_.file(inner, "a.txt", "x");
  t_.moved(inner, to);
  EXPECT_THAT(t_.names(from), IsEmpty());
  EXPECT_THAT(t_.names(to), ElementsAre("inner"));
  EXPECT_EQ(t_.read(FindByPath{.who = t_.ana, .space = t_.space.id, .path = "/to/inner//a.txt"}).node.id, file.id);
  EXPECT_EQ(t_.list(from, t_.ana).total, 0);
  EXPECT_EQ(t_.list(to, t_.ana).total, 1);
}

TEST_F(ChangeTest, AMoveChangesOneRowWhateverLiesBelow) {
  const auto from = t_.folder(root_, "from").id;
  const auto to = t_.folder(root_, "to").id;
  const auto changed_by_moving = [&](const NodeId& node) {
    return t_.sim.change([&](db::Transaction& tx) {
      constexpr db::Sql kChanges = "SELECT total_changes()";
      const auto changes = [&] {
        auto rows = tx.query(kChanges);
        return rows.next() ? rows.integer(0) : 0;
      };
      const auto before = changes();
      MoveNode{.request = t_.request(t_.ana), .space = t_.space.id, .node = node, .parent = to}.run(tx);
      return changes() - before;
    });
  };
  const auto small = t_.folder(from, "small").id;
  const auto large = t_.folder(from, "large").id;
  for (int i = 0; i < 200; ++i) t_.folder(large, "x" + std::to_string(i));
  changed_by_moving(t_.folder(from, "first").id);  // raises what had no such depth below
  const auto alone = changed_by_moving(small);
  EXPECT_LE(changed_by_moving(large), alone + 1) << "one more level below the target";
}

TEST_F(ChangeTest, AFolderIsNotMovedIntoItself) {
  const auto a = t_.folder(root_, "a").id;
  const auto b = t_.folder(a, "b").id;
  const auto c = t_.folder(b, "c").id;
  for (const auto& to : {a, b, c}) EXPECT_EQ(error_of([&] { t_.moved(a, to); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.copied(a, c); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(t_.stat(c).parent, b);
}

TEST_F(ChangeTest, ARootIsNeitherMovedNorRenamedNorThrownAway) {
  const auto a = t_.folder(root_, "a").id;
  EXPECT_EQ(error_of([&] { t_.moved(root_, a); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.renamed(root_, "x"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.trashed(root_); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.purged(root_); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.copied(root_, a); }), ErrorCode::kInvalidInput);
}

TEST_F(ChangeTest, ATreeIs128Deep) {
  const auto deepest = at_depth(kDeepest);
  EXPECT_EQ(error_of([&] { t_.folder(deepest, "d"); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.file(deepest, "f", "x"); }), ErrorCode::kInvalidInput);
  EXPECT_THAT(t_.names(deepest), IsEmpty());
}

TEST_F(ChangeTest, AMoveDoesNotMakeItDeeperEither) {
  const auto low = at_depth(100);
  const auto tall = t_.folder(root_, "tall").id;
  auto node = tall;
  for (int i = 0; i < 27; ++i) node = t_.folder(node, "x").id;
  EXPECT_EQ(error_of([&] { t_.moved(tall, low); }), kAllowed);
  const auto taller = t_.folder(root_, "taller").id;
  node = taller;
  for (int i = 0; i < 28; ++i) node = t_.folder(node, "x").id;
  EXPECT_EQ(error_of([&] { t_.moved(taller, low); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(error_of([&] { t_.copied(taller, low); }), ErrorCode::kInvalidInput);
  t_.trashed(taller);
  EXPECT_EQ(error_of([&] { t_.restored(taller, t_.ana, low); }), ErrorCode::kInvalidInput);
}

TEST_F(ChangeTest, ReplacingByAMoveThrowsAwayWhatLayThere) {
  const auto folder = t_.folder(root_, "f").id;
  const auto old = t_.file(folder, "a.txt", "old");
  const auto moving = t_.file(root_, "a.txt", "new");
  EXPECT_EQ(error_of([&] { t_.moved(moving.id, folder); }), ErrorCode::kAlreadyExists);
  t_.moved(moving.id, folder, t_.ana, OnConflict::kReplace);
  EXPECT_THAT(t_.names(folder), ElementsAre("a.txt"));
  EXPECT_EQ(t_.content(moving.id), "new");
  EXPECT_TRUE(t_.stat(old.id, t_.ana).in_trash);
  EXPECT_EQ(t_.content(old.id), "old");
}

TEST_F(ChangeTest, AMoveDoesNotReplaceTheFolderThatItComesFrom) {
  const auto a = t_.folder(root_, "a").id;
  const auto inner = t_.folder(a, "a").id;
  EXPECT_EQ(error_of([&] { t_.moved(inner, root_, t_.ana, OnConflict::kReplace); }), ErrorCode::kInvalidInput);
  EXPECT_EQ(t_.stat(inner).parent, a);
}

TEST_F(ChangeTest, AChangeCanBeMadeToDependOnWhatTheClientSaw) {
  const auto file = t_.file(root_, "a", "x");
  const auto rename = [&](std::int64_t rev, const std::string& to) {
    return error_of([&] {
      t_.write(MoveNode{
          .request = t_.request(t_.ana), .space = t_.space.id, .node = file.id, .name = SimTree::name(to), .if_rev = rev});
    });
  };
  EXPECT_EQ(rename(file.rev, "b"), kAllowed);
  EXPECT_EQ(rename(file.rev, "c"), ErrorCode::kPreconditionFailed);
  EXPECT_EQ(error_of([&] {
              t_.write(TrashNode{.request = t_.request(t_.ana), .space = t_.space.id, .node = file.id, .if_rev = file.rev});
            }),
            ErrorCode::kPreconditionFailed);
  EXPECT_EQ(t_.stat(file.id).name, "b");
}

TEST_F(ChangeTest, TheTimeOfAFileCanBeSet) {
  const auto file = t_.file(root_, "a", "x");
  const Instant then(std::chrono::hours(24 * 365));
  const auto changed =
      t_.write(MoveNode{.request = t_.request(t_.ana), .space = t_.space.id, .node = file.id, .modified_at = then});
  EXPECT_EQ(changed.modified_at, then);
  EXPECT_EQ(t_.stat(file.id), changed);
}

TEST_F(ChangeTest, WhoAsksTwiceGetsTheSameAnswerAndNothingHappensTwice) {
  const auto operation = ledger::Operation::repeatable(t_.ana.person.uuid(), "key", "make it");
  const auto make = [&] {
    auto change = CreateFolder{.request = t_.request(t_.ana), .space = t_.space.id, .parent = root_, .name = SimTree::name("f")};
    change.request.operation = operation;
    return t_.write(change);
  };
  const auto first = make();
  t_.renamed(first.id, "renamed since");
  const auto events = t_.events().size();
  EXPECT_EQ(make(), first);
  EXPECT_THAT(t_.names(root_), ElementsAre("renamed since"));
  EXPECT_EQ(t_.events().size(), events);
}

TEST_F(ChangeTest, AnUploadThatIsRepeatedKeepsTheBytesOnce) {
  const auto operation = ledger::Operation::repeatable(t_.ana.person.uuid(), "key", "put it");
  const auto put = [&](std::string_view bytes) {
    auto change = PutFile{.request = t_.request(t_.ana), .space = {}, .parent = root_, .name = SimTree::name("f"), .content = {}};
    change.request.operation = operation;
    auto draft = t_.sim.run(t_.tree->begin(SimTree::kTurn, t_.request(t_.ana), root_, {}));
    t_.sim.run(draft->write(bytes_of(bytes)));
    return t_.sim.run(t_.tree->put(SimTree::kTurn, *draft, std::move(change), t_.sim.clock.now()));
  };
  const auto first = put("bytes");
  EXPECT_EQ(put("bytes"), first);
  EXPECT_EQ(t_.sim.objects(), 1u);
  EXPECT_EQ(t_.content(first.id), "bytes");
}

TEST_F(ChangeTest, EachChangeIsTold) {
  const auto folder = t_.folder(root_, "f").id;
  const auto file = t_.file(folder, "a", "x").id;
  t_.version(file, "y");
  t_.renamed(file, "b");
  t_.moved(file, root_);
  t_.copied(file, folder);
  t_.trashed(file);
  t_.restored(file);
  t_.trashed(file);
  t_.purged(file);
  EXPECT_THAT(t_.event_kinds(),
              ElementsAre("space.added", "node.created", "node.created", "file.changed", "node.renamed", "node.moved",
                          "node.copied", "node.trashed", "node.restored", "node.trashed", "node.purged"));
  const auto moved = t_.events().at(5);
  EXPECT_EQ(moved.subject, file.uuid());
  EXPECT_EQ(moved.author.actor, t_.ana.person.uuid());
  EXPECT_THAT(moved.path_before, ElementsAre(root_.uuid(), folder.uuid()));
  EXPECT_THAT(moved.path_after, ElementsAre(root_.uuid()));
}

TEST_F(ChangeTest, ARefusedChangeTellsNothingAndLeavesNothing) {
  const auto file = t_.file(root_, "a", "x");
  const auto events = t_.events().size();
  EXPECT_EQ(error_of([&] { t_.file(root_, "a", "y"); }), ErrorCode::kAlreadyExists);
  EXPECT_EQ(t_.events().size(), events);
  EXPECT_EQ(t_.usage().used, 1);
  EXPECT_EQ(t_.stat(file.id), file);
}

TEST_F(ChangeTest, EachFormerPlaceIsKeptWithItsTimes) {
  const auto a = t_.folder(root_, "a").id;
  const auto file = t_.file(root_, "1", "x");
  const auto renamed = t_.renamed(file.id, "2");
  const auto moved = t_.moved(file.id, a);
  struct Past {
    std::string name;
    NodeId parent;
    std::int64_t from;
    std::int64_t to;
    bool operator==(const Past&) const = default;
  };
  const auto past = t_.sim.change([&](db::Transaction& tx) {
    constexpr db::Sql kPast = "SELECT name, parent_id, valid_from, valid_to FROM node_past WHERE node_id = ? ORDER BY valid_from";
    std::vector<Past> found;
    auto rows = tx.query(kPast, file.id);
    while (rows.next())
      found.push_back({std::string(text_of(rows.bytes(0))), rows.id<NodeId>(1), rows.integer(2), rows.integer(3)});
    return found;
  });
  EXPECT_THAT(past, ElementsAre(Past{"1", root_, file.valid_from, renamed.valid_from},
                                Past{"2", root_, renamed.valid_from, moved.valid_from}));
}

}  // namespace
}  // namespace cairn::tree
