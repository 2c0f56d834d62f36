#include "cairn/ledger/schema.h"

namespace cairn::ledger {
namespace {

// The hot row of a stream: narrow, and nothing else is indexed.
constexpr db::Sql kStreamHead =
    "CREATE TABLE IF NOT EXISTS stream_head ("
    "  stream_id BLOB NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, tick INTEGER NOT NULL, mac BLOB NOT NULL) WITHOUT ROWID";
constexpr db::Sql kEvent =
    "CREATE TABLE IF NOT EXISTS event ("
    "  stream_id BLOB NOT NULL, seq INTEGER NOT NULL, tick INTEGER NOT NULL, op_id BLOB NOT NULL, kind TEXT NOT NULL,"
    "  subject_id BLOB NOT NULL, actor_id BLOB NOT NULL, credential_id BLOB NOT NULL,"
    "  path_before BLOB NOT NULL, path_after BLOB NOT NULL,"  // ids of ancestors, root first
    "  detail TEXT NOT NULL, mac BLOB NOT NULL, PRIMARY KEY (stream_id, seq)) WITHOUT ROWID";
constexpr db::Sql kDirty =
    "CREATE TABLE IF NOT EXISTS dirty (bucket INTEGER NOT NULL, stream_id BLOB NOT NULL, PRIMARY KEY (bucket, stream_id)) "
    "WITHOUT "
    "ROWID";
constexpr db::Sql kOp =
    "CREATE TABLE IF NOT EXISTS op ("
    "  id BLOB NOT NULL PRIMARY KEY, principal_id BLOB NOT NULL, request BLOB NOT NULL, answer TEXT NOT NULL,"
    "  at INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kOpAt = "CREATE INDEX IF NOT EXISTS op_at ON op(at)";
constexpr db::Sql kJob =
    "CREATE TABLE IF NOT EXISTS job ("
    "  id BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL, owner_id BLOB NOT NULL, payload TEXT NOT NULL, progress TEXT NOT NULL,"
    "  state INTEGER NOT NULL,"  // 0 waiting, 1 running, 2 done, 3 failed, 4 cancelled
    "  cancelled INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL, holder BLOB NOT NULL,"
    "  fence INTEGER NOT NULL, run_at INTEGER NOT NULL, lease_until INTEGER NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kJobNext = "CREATE INDEX IF NOT EXISTS job_next ON job(kind, state, run_at)";
constexpr db::Sql kJobForsaken = "CREATE INDEX IF NOT EXISTS job_forsaken ON job(kind, state, lease_until)";
constexpr db::Sql kLease =
    "CREATE TABLE IF NOT EXISTS lease ("
    "  name TEXT NOT NULL PRIMARY KEY, holder BLOB NOT NULL, fence INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID";

}  // namespace

db::FolderMigrations migrations() {
  return {.folder = "ledger",
          .steps = {{.name = "streams, events, operations, jobs, leases",
                     .statements = {kStreamHead, kEvent, kDirty, kOp, kOpAt, kJob, kJobNext, kJobForsaken, kLease}}}};
}

}  // namespace cairn::ledger
