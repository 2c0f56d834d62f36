#include "cairn/upload/check.h"

#include <array>
#include <map>

#include "cairn/tree/quota.h"
#include "cairn/tree/rows.h"
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
  std::map<tree::SpaceId, std::int64_t> differences;
  for (const auto& [space, bytes] : tree::list_reserved(snapshot)) differences[space] = bytes;
  auto rows = snapshot.query(kSums);
  while (rows.next()) differences[rows.id<tree::SpaceId>(0)] -= rows.integer(1);
  for (const auto& [space, bytes] : differences)
    if (bytes != 0 && tree::find_space(snapshot, space))  // one that is gone keeps nothing; its uploads are on their way
      findings.error("a space that does not keep free what its uploads need", space.text());
}

// What an upload has received lies in segments that it claims, and in its note.
void check_content(db::Snapshot& snapshot, db::Findings& findings) {
  constexpr db::Sql kOpen =
      "SELECT id, received, blob_id, size, COALESCE((SELECT pending FROM upload_note WHERE upload_id = upload.id), 0) FROM upload"
      " WHERE state = 0";
  auto rows = snapshot.query(kOpen);
  while (rows.next()) {
    const auto id = rows.id<UploadId>(0);
    const auto received = rows.integer(1);
    const auto blob = rows.id<content::BlobId>(2);
    const bool is_whole = !rows.is_null(3) && rows.integer(3) == received;
    const auto pending = rows.integer(4);
    const auto stored = static_cast<std::int64_t>(content::size_of(snapshot, blob).value_or(0));
    if (stored > 0 && !content::has_claim(snapshot, blob, id.uuid())) findings.error("an upload without its content", id.text());
    if (stored + pending != received) findings.error("an upload that has not what it says", id.text());
    if (is_whole && pending > 0) findings.error("a whole upload with bytes in no segment", id.text());
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
