#include "cairn/upload/schema.h"

namespace cairn::upload {
namespace {

constexpr db::Sql kUpload =
    "CREATE TABLE IF NOT EXISTS upload ("
    "  id BLOB NOT NULL PRIMARY KEY, space_id BLOB NOT NULL, person_id BLOB NOT NULL,"
    "  kind INTEGER NOT NULL,"   // 0 whole, 1 part, 2 joined
    "  state INTEGER NOT NULL,"  // 0 open, 1 done
    "  size INTEGER,"            // NULL: not known yet
    "  received INTEGER NOT NULL, reserved INTEGER NOT NULL, blob_id BLOB NOT NULL,"
    "  target_id BLOB NOT NULL, name BLOB,"  // NULL: new content for a file, or a part
    "  on_conflict INTEGER NOT NULL, if_version BLOB, modified_at INTEGER,"
    "  metadata TEXT NOT NULL, parts TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, node_id BLOB,"
    "  holder BLOB NOT NULL, fence INTEGER NOT NULL, lease_until INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kMine = "CREATE INDEX IF NOT EXISTS upload_mine ON upload(person_id, state, id)";
constexpr db::Sql kDue = "CREATE INDEX IF NOT EXISTS upload_due ON upload(expires_at)";
// Bytes that are no segment yet, and the state of the digest: sealed.
constexpr db::Sql kNote =
    "CREATE TABLE IF NOT EXISTS upload_note (upload_id BLOB NOT NULL PRIMARY KEY,"
    "  pending INTEGER NOT NULL,"  // how many bytes
    "  note BLOB NOT NULL)";

}  // namespace

db::FolderMigrations migrations() {
  return {.folder = "upload", .steps = {{.name = "uploads", .statements = {kUpload, kMine, kDue, kNote}}}};
}

}  // namespace cairn::upload
