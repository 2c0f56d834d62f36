#include "cairn/tree/check.h"

#include <array>

#include "cairn/account/person.h"
#include "cairn/tree/rows.h"

namespace cairn::tree {
namespace {

constexpr std::array<db::SqlRule, 25> kRules{{
    {"a node whose folder is not there",
     "SELECT id FROM node WHERE parent_id IS NOT NULL"
     " AND NOT EXISTS (SELECT 1 FROM node AS parent WHERE parent.id = node.parent_id AND parent.kind = 0)"},
    {"a node in a folder of another space",
     "SELECT node.id FROM node JOIN node AS parent ON parent.id = node.parent_id WHERE parent.space_id <> node.space_id"},
    {"a node without a folder that is no root",
     "SELECT id FROM node WHERE parent_id IS NULL AND NOT EXISTS"
     " (SELECT 1 FROM space WHERE space.id = node.space_id AND (space.root_id = node.id OR space.trash_id = node.id))"},
    {"a space without its root or its trash",
     "SELECT id FROM space WHERE (SELECT COUNT(*) FROM node WHERE node.id IN (root_id, trash_id) AND parent_id IS NULL"
     " AND node.space_id = space.id) <> 2"},
    {"a space that is half on its way out",
     "SELECT node.id FROM node JOIN space ON space.id = node.space_id WHERE node.parent_id IS NULL"
     " AND ((node.flags & 64) <> 0) <> (space.kind = 2)"},
    {"a space without its usage", "SELECT id FROM space WHERE NOT EXISTS (SELECT 1 FROM space_usage WHERE space_id = space.id)"},
    {"nodes in a circle, or below nothing",
     "WITH RECURSIVE reached(id) AS (SELECT id FROM node WHERE parent_id IS NULL"
     " UNION SELECT node.id FROM reached JOIN node ON node.parent_id = reached.id)"
     " SELECT id FROM node WHERE id NOT IN (SELECT id FROM reached)"},
    {"a folder whose children are miscounted",
     "SELECT node_id FROM folder WHERE children <> (SELECT COUNT(*) FROM node WHERE parent_id = folder.node_id)"},
    {"a folder whose cut children are miscounted",
     "SELECT node_id FROM folder WHERE cut_children <>"
     " (SELECT COUNT(*) FROM node WHERE parent_id = folder.node_id AND (flags & 2) <> 0)"},
    {"a folder without its count",
     "SELECT id FROM node WHERE kind = 0 AND NOT EXISTS (SELECT 1 FROM folder WHERE node_id = node.id)"},
    {"a count without its folder",
     "SELECT node_id FROM folder WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = node_id AND kind = 0)"},
    {"a folder lower than what lies in it",
     "SELECT parent.id FROM node JOIN node AS parent ON parent.id = node.parent_id"
     " WHERE parent.height <= node.height AND (parent.flags & 32) = 0"},
    {"a file without its version",
     "SELECT id FROM node WHERE kind = 1 AND NOT EXISTS (SELECT 1 FROM version WHERE version.id = node.version_id"
     " AND version.node_id = node.id AND version.no = node.version_no AND version.size = node.size)"},
    {"a folder with a version", "SELECT id FROM node WHERE kind = 0 AND version_id IS NOT NULL"},
    {"a file whose newest version is not what it shows",
     "SELECT id FROM node WHERE kind = 1 AND version_no <> (SELECT MAX(no) FROM version WHERE version.node_id = node.id)"},
    {"a version of no file", "SELECT id FROM version WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = node_id AND kind = 1)"},
    {"a version without bytes that has a size", "SELECT id FROM version WHERE (blob_id IS NULL) <> (size = 0)"},
    {"a space whose usage is not the sum of its versions",
     "SELECT space_usage.space_id FROM space_usage LEFT JOIN (SELECT node.space_id AS id, SUM(version.size) AS total FROM version"
     " JOIN node ON node.id = version.node_id GROUP BY node.space_id) AS sums ON sums.id = space_usage.space_id"
     " WHERE used <> COALESCE(sums.total, 0)"},
    {"something in the trash that lies elsewhere",
     "SELECT node_id FROM trash WHERE NOT EXISTS (SELECT 1 FROM node JOIN space ON space.id = node.space_id"
     " WHERE node.id = trash.node_id AND node.parent_id = space.trash_id AND space.id = trash.space_id)"},
    {"a grant on nothing", "SELECT id FROM access_grant WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = node_id)"},
    {"a node whose grants are not flagged",
     "SELECT id FROM node WHERE ((flags & 1) <> 0) <> EXISTS (SELECT 1 FROM access_grant WHERE node_id = node.id)"},
    {"a past without its node", "SELECT node_id FROM node_past WHERE NOT EXISTS (SELECT 1 FROM node WHERE node.id = node_id)"},
    {"a past that ends before it begins", "SELECT node_id FROM node_past WHERE valid_to <= valid_from"},
    {"a past that reaches into what came after",
     "SELECT node_id FROM node_past WHERE valid_to > (SELECT valid_from FROM node WHERE node.id = node_id)"
     " OR EXISTS (SELECT 1 FROM node_past AS later WHERE later.node_id = node_past.node_id"
     " AND later.valid_from > node_past.valid_from AND later.valid_from < node_past.valid_to)"},
    {"a space that is used less than nothing", "SELECT space_id FROM space_usage WHERE used < 0 OR reserved < 0"},
}};

// Names as they must be: valid, and unique under the key that their space asks for.
void check_names(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kNames =
      "SELECT node.id, node.name, node.name_key, node.sort_key, space.name_rule FROM node JOIN space ON space.id = node.space_id"
      " WHERE node.parent_id IS NOT NULL AND node.parent_id <> space.trash_id";
  auto rows = snapshot.query(kNames);
  while (rows.next()) {
    const auto id = rows.id<NodeId>(0);
    const auto name = Name::check(text_of(rows.bytes(1)));
    if (!name || name->text() != text_of(rows.bytes(1))) {
      findings.error("a name that can be none", id.text());
      continue;
    }
    const auto rule = rows.integer(4) == 0 ? NameRule::kExact : NameRule::kIgnoreCase;
    if (name->key(rule) != text_of(rows.bytes(2))) findings.error("a name under another's key", id.text());
    if (!std::ranges::equal(name->sort_key(), rows.bytes(3))) findings.error("a name that sorts as another", id.text());
  }
}

// Each version's bytes are claimed by it.
void check_versions(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kVersions = "SELECT id, blob_id FROM version WHERE blob_id IS NOT NULL";
  auto rows = snapshot.query(kVersions);
  while (rows.next())
    if (!content::has_claim(snapshot, rows.id<content::BlobId>(1), rows.uuid(0)))
      findings.error("a version without its content", rows.id<VersionId>(0).text());
}

void check_owners(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kOwners = "SELECT id, owner_id FROM space WHERE kind <> 2";
  auto rows = snapshot.query(kOwners);
  while (rows.next())
    if (!account::find_person(snapshot, rows.id<account::PersonId>(1)))
      findings.error("a space of nobody", rows.id<SpaceId>(0).text());
}

void note_leaving(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kLeaving = "SELECT id FROM space WHERE kind = 2";
  auto rows = snapshot.query(kLeaving);
  while (rows.next()) findings.note("a space that a job is removing", rows.id<SpaceId>(0).text());
}

// What lies in the trash and is not of it: on its way out, or a copy that is not whole yet.
void note_hidden(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kHidden =
      "SELECT node.id FROM node JOIN space ON space.trash_id = node.parent_id"
      " WHERE space.kind <> 2 AND NOT EXISTS (SELECT 1 FROM trash WHERE trash.node_id = node.id)";
  auto rows = snapshot.query(kHidden);
  while (rows.next()) findings.note("something that a job is removing or copying", rows.id<NodeId>(0).text());
}

}  // namespace

std::vector<db::Check> checks() {
  return {{.name = "files and folders",
           .run = [](db::Snapshot& snapshot, db::Findings& findings) { db::examine(snapshot, kRules, findings); }},
          {.name = "names", .run = check_names},
          {.name = "versions", .run = check_versions},
          {.name = "owners", .run = check_owners},
          {.name = "spaces on their way out", .run = note_leaving},
          {.name = "hidden files", .run = note_hidden}};
}

bool is_version(db::Snapshot& snapshot, const content::Holder& holder) {
  constexpr db::Sql kFind = "SELECT 1 FROM version WHERE id = ?";
  return snapshot.query(kFind, holder).next();
}

}  // namespace cairn::tree
