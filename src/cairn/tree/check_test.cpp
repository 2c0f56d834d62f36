// What fsck must notice: each way in which rows can be wrong, made by hand.
#include "cairn/tree/check.h"

#include "cairn/account/check.h"
#include "cairn/content/examiner.h"
#include "cairn/ledger/check.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

class CheckTest : public ::testing::Test {
 protected:
  CheckTest() {
    const auto folder = t_.folder(t_.space.root, "folder").id;
    const auto file = t_.file(folder, "file", "one").id;
    t_.version(file, "two");
    t_.renamed(file, "renamed");
    t_.given_grant(file, t_.given_person("ben"), Role::kViewer);
    t_.given_cut(t_.folder(folder, "cut").id);
    t_.trashed(t_.file(folder, "trashed", "x").id);
    t_.copied(file, t_.space.root);
  }

  SimTree t_;
};

TEST_F(CheckTest, ATreeInUseIsInOrder) {
  const auto findings = t_.examined(true);
  EXPECT_TRUE(findings.all_well()) << SimTree::told(findings);
  EXPECT_TRUE(findings.notes().empty()) << SimTree::told(findings);
}

TEST_F(CheckTest, BytesThatAreGoneAreNoticed) {
  for (const auto& folder : *t_.sim.disk.list("/content")) {
    if (folder.kind != FileKind::kDirectory) continue;
    for (const auto& object : *t_.sim.disk.list("/content/" + folder.name))
      value_or_throw(t_.sim.disk.remove("/content/" + folder.name + "/" + object.name));
  }
  EXPECT_EQ(t_.examined(false).errors().at("content whose object is not there").count, 3u);
}

TEST_F(CheckTest, ObjectsThatNothingRefersToAreNoted) {
  const auto writer = t_.sim.run(t_.sim.store->create(SimTree::kTurn, store::ObjectName::make(), 1));
  t_.sim.run(writer->commit());
  const auto findings = t_.examined(false);
  EXPECT_TRUE(findings.all_well());
  EXPECT_EQ(findings.notes().at("an object that nothing refers to").count, 1u);
}

struct Damage {
  const char* name;
  db::Sql sql;
};

class DamageTest : public CheckTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamageTest, IsNoticed) {
  ASSERT_TRUE(t_.examined(false).all_well());
  const auto changed = t_.sim.change([&](db::Transaction& tx) { return tx.run(GetParam().sql); });
  ASSERT_GT(changed, 0) << "the damage was not done";
  EXPECT_FALSE(t_.examined(false).all_well());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DamageTest,
    ::testing::Values(
        Damage{"FolderGone", "DELETE FROM node WHERE name = CAST('folder' AS BLOB)"},
        Damage{"RootGone", "DELETE FROM node WHERE id IN (SELECT root_id FROM space)"},
        Damage{"UsageGone", "DELETE FROM space_usage"}, Damage{"UsageWrong", "UPDATE space_usage SET used = used + 1"},
        Damage{"UsageNegative", "UPDATE space_usage SET reserved = -1"},
        Damage{"Circle", "UPDATE node SET parent_id = id WHERE name = CAST('folder' AS BLOB)"},
        Damage{"NoParent", "UPDATE node SET parent_id = NULL WHERE name = CAST('folder' AS BLOB)"},
        Damage{"InAFile",
               "UPDATE node SET parent_id = (SELECT id FROM node WHERE kind = 1 LIMIT 1) WHERE name = CAST('folder' AS BLOB)"},
        Damage{"OtherSpace", "UPDATE node SET space_id = zeroblob(16) WHERE kind = 1"},
        Damage{"Miscounted", "UPDATE folder SET children = children + 1"},
        Damage{"CutMiscounted", "UPDATE folder SET cut_children = 5"}, Damage{"CountGone", "DELETE FROM folder"},
        Damage{"CountOfNothing", "INSERT INTO folder VALUES (zeroblob(16), 0, 0, 0)"},
        Damage{"TooLow", "UPDATE node SET height = 0"}, Damage{"VersionGone", "DELETE FROM version"},
        Damage{"VersionOfNothing", "UPDATE version SET node_id = zeroblob(16) WHERE no = 2"},
        Damage{"HeadMoved",
               "UPDATE node SET version_no = 1, version_id = (SELECT id FROM version WHERE node_id = node.id AND no = 1),"
               " size = 3 WHERE version_no = 2"},
        Damage{"FolderWithVersion", "UPDATE node SET version_id = zeroblob(16) WHERE kind = 0"},
        Damage{"SizeWrong", "UPDATE node SET size = 17 WHERE kind = 1"},
        Damage{"BlobForgotten", "UPDATE version SET blob_id = NULL"},
        Damage{"TrashElsewhere", "UPDATE trash SET node_id = zeroblob(16)"},
        Damage{"GrantOnNothing", "UPDATE access_grant SET node_id = zeroblob(16) WHERE role = 1"},
        Damage{"GrantUnflagged", "UPDATE node SET flags = flags & ~1"},
        Damage{"PastOfNothing", "UPDATE node_past SET node_id = zeroblob(16)"},
        Damage{"PastBackwards", "UPDATE node_past SET valid_to = valid_from"},
        Damage{"PastTooLong", "UPDATE node_past SET valid_to = 1000000000000000000"},
        Damage{"NameImpossible", "UPDATE node SET name = CAST('a/b' AS BLOB) WHERE kind = 1"},
        Damage{"NameDecomposed", "UPDATE node SET name = x'61cc88', name_key = x'61cc88' WHERE name = CAST('folder' AS BLOB)"},
        Damage{"KeyOfAnother", "UPDATE node SET name_key = id WHERE kind = 1"},
        Damage{"SortsAsAnother", "UPDATE node SET sort_key = x'00' WHERE kind = 1"}, Damage{"ClaimGone", "DELETE FROM claim"},
        Damage{"ClaimOfNothing", "UPDATE claim SET holder_id = randomblob(16)"},
        Damage{"ClaimOnNothing", "UPDATE claim SET blob_id = randomblob(16)"}, Damage{"BlobDoomed", "UPDATE blob SET state = 1"},
        Damage{"BlobDamaged", "UPDATE blob SET state = 3"}, Damage{"ManifestChanged", "UPDATE blob SET size = size + 1"},
        Damage{"SegmentMoved", "UPDATE segment SET object_offset = 1"}, Damage{"SegmentGone", "DELETE FROM segment"},
        Damage{"KeyGone", "DELETE FROM segment_key"}, Damage{"ObjectGone", "DELETE FROM object"},
        Damage{"ObjectMiscounted", "UPDATE object SET live = 2"}, Damage{"OwnerGone", "DELETE FROM person"},
        Damage{"EventChanged", "UPDATE event SET detail = '{}' WHERE seq = 3"},
        Damage{"EventGone", "DELETE FROM event WHERE seq = 3"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cairn::tree
