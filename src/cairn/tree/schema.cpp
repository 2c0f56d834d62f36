#include "cairn/tree/schema.h"

namespace cairn::tree {
namespace {

constexpr db::Sql kSpace =
    "CREATE TABLE IF NOT EXISTS space ("
    "  id BLOB NOT NULL PRIMARY KEY, kind INTEGER NOT NULL,"  // 0 personal, 1 team, 2 on its way out
    "  name TEXT NOT NULL, owner_id BLOB NOT NULL, root_id BLOB NOT NULL, trash_id BLOB NOT NULL,"
    "  name_rule INTEGER NOT NULL,"  // 0 exact, 1 case is ignored
    "  history_from INTEGER NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kSpaceOwner = "CREATE INDEX IF NOT EXISTS space_owner ON space(owner_id, kind)";
constexpr db::Sql kSpaceUsage =
    "CREATE TABLE IF NOT EXISTS space_usage ("
    "  space_id BLOB NOT NULL PRIMARY KEY, quota INTEGER NOT NULL,"  // 2^62: none
    "  used INTEGER NOT NULL, reserved INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kNode =
    "CREATE TABLE IF NOT EXISTS node ("
    "  id BLOB NOT NULL PRIMARY KEY, space_id BLOB NOT NULL, parent_id BLOB, kind INTEGER NOT NULL,"  // 0 folder, 1 file
    "  name BLOB NOT NULL, name_key BLOB NOT NULL,"  // the id in the trash, where names may be the same
    "  sort_key BLOB NOT NULL, version_id BLOB, version_no INTEGER NOT NULL, size INTEGER NOT NULL,"
    "  modified_at INTEGER NOT NULL, modified_by BLOB NOT NULL, media_type TEXT NOT NULL,"
    "  height INTEGER NOT NULL, flags INTEGER NOT NULL, valid_from INTEGER NOT NULL, rev INTEGER NOT NULL,"
    "  created_at INTEGER NOT NULL, created_by BLOB NOT NULL) WITHOUT ROWID";
constexpr db::Sql kNodeName = "CREATE UNIQUE INDEX IF NOT EXISTS node_name ON node(parent_id, name_key)";
constexpr db::Sql kNodeList = "CREATE INDEX IF NOT EXISTS node_list ON node(parent_id, kind, sort_key, name)";
constexpr db::Sql kNodeModified = "CREATE INDEX IF NOT EXISTS node_modified ON node(parent_id, kind, modified_at, id)";
constexpr db::Sql kNodeSize = "CREATE INDEX IF NOT EXISTS node_size ON node(parent_id, kind, size, id)";
constexpr db::Sql kFolder =
    "CREATE TABLE IF NOT EXISTS folder ("
    "  node_id BLOB NOT NULL PRIMARY KEY, children INTEGER NOT NULL, cut_children INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kNodePast =
    "CREATE TABLE IF NOT EXISTS node_past ("
    "  node_id BLOB NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, space_id BLOB NOT NULL,"
    "  parent_id BLOB NOT NULL, kind INTEGER NOT NULL, name BLOB NOT NULL, sort_key BLOB NOT NULL,"
    "  PRIMARY KEY (node_id, valid_from)) WITHOUT ROWID";
constexpr db::Sql kPastOrder =
    "CREATE INDEX IF NOT EXISTS past_order ON node_past(parent_id, kind, sort_key, name, valid_from, valid_to)";
constexpr db::Sql kPastPrune = "CREATE INDEX IF NOT EXISTS past_prune ON node_past(space_id, valid_to)";
constexpr db::Sql kTrash =
    "CREATE TABLE IF NOT EXISTS trash ("
    "  node_id BLOB NOT NULL PRIMARY KEY, space_id BLOB NOT NULL, from_parent BLOB NOT NULL, by_id BLOB NOT NULL,"
    "  at INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kTrashList = "CREATE INDEX IF NOT EXISTS trash_list ON trash(space_id, at, node_id)";
constexpr db::Sql kTrashDue = "CREATE INDEX IF NOT EXISTS trash_due ON trash(at)";
constexpr db::Sql kVersion =
    "CREATE TABLE IF NOT EXISTS version ("
    "  id BLOB NOT NULL PRIMARY KEY, node_id BLOB NOT NULL, no INTEGER NOT NULL, blob_id BLOB,"  // NULL: no bytes
    "  size INTEGER NOT NULL, modified_at INTEGER NOT NULL, media_type TEXT NOT NULL, tick INTEGER NOT NULL,"
    "  seq INTEGER NOT NULL, author_id BLOB NOT NULL, credential_id BLOB NOT NULL) WITHOUT ROWID";
constexpr db::Sql kVersionNo = "CREATE UNIQUE INDEX IF NOT EXISTS version_no ON version(node_id, no)";
constexpr db::Sql kVersionBlob = "CREATE INDEX IF NOT EXISTS version_blob ON version(blob_id)";
constexpr db::Sql kGrant =
    "CREATE TABLE IF NOT EXISTS access_grant ("
    "  id BLOB NOT NULL PRIMARY KEY, node_id BLOB NOT NULL, subject_id BLOB NOT NULL, role INTEGER NOT NULL,"
    "  expires_at INTEGER NOT NULL,"  // 2^62: never
    "  by_id BLOB NOT NULL, valid_from INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kGrantNode = "CREATE UNIQUE INDEX IF NOT EXISTS grant_node ON access_grant(node_id, subject_id)";
constexpr db::Sql kGrantSubject = "CREATE INDEX IF NOT EXISTS grant_subject ON access_grant(subject_id, node_id)";
// Folders whose children a job has still to copy, and how far it has come in each.
constexpr db::Sql kCopyTodo =
    "CREATE TABLE IF NOT EXISTS copy_todo ("
    "  job_id BLOB NOT NULL, target_id BLOB NOT NULL, source_id BLOB NOT NULL, after_key BLOB NOT NULL,"
    "  PRIMARY KEY (job_id, target_id)) WITHOUT ROWID";

}  // namespace

db::FolderMigrations migrations() {
  return {.folder = "tree",
          .steps = {{.name = "spaces, nodes, versions, trash, grants",
                     .statements = {kSpace,        kSpaceOwner, kSpaceUsage,   kNode,     kNodeName,  kNodeList,
                                    kNodeModified, kNodeSize,   kFolder,       kNodePast, kPastOrder, kPastPrune,
                                    kTrash,        kTrashList,  kTrashDue,     kVersion,  kVersionNo, kVersionBlob,
                                    kGrant,        kGrantNode,  kGrantSubject, kCopyTodo}}}};
}

}  // namespace cairn::tree
