#include "cairn/content/schema.h"

namespace cairn::content {
namespace {

constexpr db::Sql kBlob =
    "CREATE TABLE IF NOT EXISTS blob ("
    "  id BLOB NOT NULL PRIMARY KEY, key_scope BLOB NOT NULL, size INTEGER NOT NULL, digest BLOB,"
    "  state INTEGER NOT NULL,"  // 0 live, 1 doomed, 2 deleting, 3 damaged
    "  doomed_at INTEGER NOT NULL DEFAULT 0, doom_cause INTEGER NOT NULL DEFAULT 0, manifest_mac BLOB NOT NULL) WITHOUT ROWID";
constexpr db::Sql kBlobDedup = "CREATE INDEX IF NOT EXISTS blob_dedup ON blob(key_scope, digest, size)";
constexpr db::Sql kBlobGarbage = "CREATE INDEX IF NOT EXISTS blob_gc ON blob(state, doomed_at)";
constexpr db::Sql kClaim =
    "CREATE TABLE IF NOT EXISTS claim (blob_id BLOB NOT NULL, holder_id BLOB NOT NULL, PRIMARY KEY (blob_id, holder_id)) WITHOUT "
    "ROWID";
constexpr db::Sql kObject =
    "CREATE TABLE IF NOT EXISTS object (name TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL,"
    "  live INTEGER NOT NULL) WITHOUT ROWID";  // segments in it that still count: at 0 the object dies
constexpr db::Sql kSegment =
    "CREATE TABLE IF NOT EXISTS segment ("
    "  id BLOB NOT NULL PRIMARY KEY, blob_id BLOB NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,"
    "  object TEXT NOT NULL, object_offset INTEGER NOT NULL, stored_length INTEGER NOT NULL,"
    "  suite INTEGER NOT NULL, ending INTEGER NOT NULL, crc32 INTEGER NOT NULL, verified_at INTEGER NOT NULL DEFAULT 0) WITHOUT "
    "ROWID";
constexpr db::Sql kSegmentAt = "CREATE UNIQUE INDEX IF NOT EXISTS segment_at ON segment(blob_id, start, id)";
constexpr db::Sql kSegmentObject = "CREATE INDEX IF NOT EXISTS segment_object ON segment(object)";
constexpr db::Sql kSegmentScrub = "CREATE INDEX IF NOT EXISTS segment_scrub ON segment(verified_at)";
constexpr db::Sql kSegmentKey =
    "CREATE TABLE IF NOT EXISTS segment_key (segment_id BLOB NOT NULL, key_scope BLOB NOT NULL, kek_version INTEGER NOT NULL,"
    "  wrapped BLOB NOT NULL, PRIMARY KEY (segment_id, key_scope)) WITHOUT ROWID";
constexpr db::Sql kStore =
    "CREATE TABLE IF NOT EXISTS store (id INTEGER NOT NULL PRIMARY KEY, incarnation TEXT NOT NULL,"
    "  state INTEGER NOT NULL, high_water INTEGER NOT NULL)";  // state: 0 being taken, 1 taken
// Scopes that get no content any more, until their keys are destroyed.
constexpr db::Sql kEndedScope =
    "CREATE TABLE IF NOT EXISTS ended_scope (key_scope BLOB NOT NULL PRIMARY KEY, ended_at INTEGER NOT NULL) WITHOUT ROWID";

}  // namespace

db::FolderMigrations migrations() {
  return {.folder = "content",
          .steps = {{.name = "blobs, claims, objects, segments, stores",
                     .statements = {kBlob, kBlobDedup, kBlobGarbage, kClaim, kObject, kSegment, kSegmentAt, kSegmentObject,
                                    kSegmentScrub, kSegmentKey, kStore}},
                    {.name = "ended scopes", .statements = {kEndedScope}}}};
}

}  // namespace cairn::content
