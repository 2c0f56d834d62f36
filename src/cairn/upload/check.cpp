#include "cairn/upload/check.h"

#include <array>
#include <map>

#include "cairn/tree/quota.h"
#include "cairn/upload/upload.h"

namespace cairn::upload {
namespace {

constexpr std::array<db::SqlRule, 4> kRules{{
    {"an upload that has more than its size", "SELECT id FROM upload WHERE size IS NOT NULL AND received > size"},
    {"an upload that reserves less than it has", "SELECT id FROM upload WHERE state = 0 AND reserved < received"},
    {"a finished upload that is no file", "SELECT id FROM upload WHERE state = 1 AND (node_id IS NULL OR reserved <> 0)"},
    {"a note of no upload",
     "SELECT upload_id FROM upload_note WHERE NOT EXISTS (SELECT 1 FROM upload WHERE upload.id = upload_id AND state = 0)"},
}};

// What spaces keep free is what their uploads have reserved.
void check_reserved(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kSums = "SELECT space_id, SUM(reserved) FROM upload WHERE reserved <> 0 GROUP BY space_id";
  std::map<tree::SpaceId, std::int64_t> reserved;
  for (const auto& [space, bytes] : tree::list_reserved(snapshot)) reserved[space] = bytes;
  auto rows = snapshot.query(kSums);
  while (rows.next()) {
    const auto space = rows.id<tree::SpaceId>(0);
    const auto found = reserved.find(space);
    if (found == reserved.end()) continue;  // the space is gone, or keeps nothing free: told below if it is wrong
    found->second -= rows.integer(1);
  }
  for (const auto& [space, bytes] : reserved)
    if (bytes != 0) findings.error("a space that keeps free what no upload needs", space.text());
}

// What an upload has received lies in segments that it claims, and in its note.
void check_content(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kOpen = "SELECT id, received, blob_id FROM upload WHERE state = 0";
  constexpr db::Sql kNote = "SELECT LENGTH(note) FROM upload_note WHERE upload_id = ?";
  auto rows = snapshot.query(kOpen);
  while (rows.next()) {
    const auto id = rows.id<UploadId>(0);
    const auto blob = rows.id<content::BlobId>(2);
    const auto received = rows.integer(1);
    const auto stored = static_cast<std::int64_t>(content::size_of(snapshot, blob).value_or(0));
    if (stored > 0 && !content::has_claim(snapshot, blob, id.uuid())) findings.error("an upload without its content", id.text());
    auto note = snapshot.query(kNote, id);
    const auto kept = note.next() ? note.integer(0) : 0;
    if (stored > received || stored + kept < received) findings.error("an upload that has not what it says", id.text());
  }
}

}  // namespace

std::vector<db::Check> checks() {
  return {
      {.name = "uploads", .run = [](db::Snapshot& snapshot, db::Findings& findings) { db::examine(snapshot, kRules, findings); }},
      {.name = "room of uploads", .run = check_reserved},
      {.name = "content of uploads", .run = check_content}};
}

bool is_upload(db::Snapshot& snapshot, const content::Holder& holder) {
  constexpr db::Sql kFind = "SELECT 1 FROM upload WHERE id = ? AND state = 0";
  return snapshot.query(kFind, holder).next();
}

}  // namespace cairn::upload
