#include "cairn/content/check.h"

#include <array>

namespace cairn::content {
namespace {

constexpr std::array<db::SqlRule, 7> kRules{{
    {"a claim on content that is not there",
     "SELECT blob_id FROM claim WHERE NOT EXISTS (SELECT 1 FROM blob WHERE blob.id = blob_id AND state IN (0, 3))"},
    {"content that nobody claims and nobody removes",
     "SELECT id FROM blob WHERE state IN (0, 3) AND NOT EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id)"},
    {"content that is being removed although it is claimed",
     "SELECT id FROM blob WHERE state IN (1, 2) AND EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id)"},
    {"a segment of no content", "SELECT id FROM segment WHERE NOT EXISTS (SELECT 1 FROM blob WHERE blob.id = blob_id)"},
    {"a segment in an object that is not recorded",
     "SELECT segment.id FROM segment JOIN blob ON blob.id = segment.blob_id WHERE blob.state <> 2"
     " AND NOT EXISTS (SELECT 1 FROM object WHERE object.name = segment.object)"},
    {"a sealed segment without its key",
     "SELECT segment.id FROM segment JOIN blob ON blob.id = segment.blob_id WHERE suite = 1 AND blob.state <> 2"
     " AND NOT EXISTS (SELECT 1 FROM segment_key WHERE segment_id = segment.id AND segment_key.key_scope = blob.key_scope)"},
    {"an object whose segments are miscounted",
     "SELECT CAST(name AS BLOB) FROM object WHERE live <> (SELECT COUNT(*) FROM segment JOIN blob ON blob.id = segment.blob_id"
     " WHERE segment.object = object.name AND blob.state <> 2)"},
}};

// Each blob's list of parts, whose MAC the database cannot have made.
void check_manifests(db::Snapshot& snapshot, const crypt::Key& mac_key, db::Findings& findings) {
  constexpr db::Sql kAll = "SELECT id, state FROM blob WHERE id > ? AND state IN (0, 3) ORDER BY id LIMIT 1000";
  struct Row {
    BlobId id;
    bool damaged;
  };
  std::vector<Row> page;
  BlobId after;
  do {
    page.clear();
    {
      auto rows = snapshot.query(kAll, after);
      while (rows.next()) page.push_back({.id = rows.id<BlobId>(0), .damaged = rows.integer(1) == 3});
    }
    for (const auto& [id, damaged] : page) {
      after = id;
      const auto found = find_manifest(snapshot, mac_key, id, Show::kDamagedToo);
      if (!found || !*found) findings.error("content whose list of parts was changed", id.text());
      if (damaged) findings.error("content that is damaged", id.text());
    }
  } while (!page.empty());
}

void check_holders(db::Snapshot& snapshot, const HolderExists& holder_exists, db::Findings& findings) {
  constexpr db::Sql kClaims = "SELECT blob_id, holder_id FROM claim";
  auto rows = snapshot.query(kClaims);
  while (rows.next())
    if (!holder_exists(snapshot, rows.uuid(1))) findings.error("content that is claimed by nothing", rows.id<BlobId>(0).text());
}

}  // namespace

std::vector<db::Check> checks(const crypt::Key& mac_key, HolderExists holder_exists) {
  return {{.name = "content rows",
           .run = [](db::Snapshot& snapshot, db::Findings& findings) { db::examine(snapshot, kRules, findings); }},
          {.name = "content lists of parts",
           .run = [&mac_key](db::Snapshot& snapshot, db::Findings& findings) { check_manifests(snapshot, mac_key, findings); }},
          {.name = "content claims", .run = [exists = std::move(holder_exists)](db::Snapshot& snapshot, db::Findings& findings) {
             check_holders(snapshot, exists, findings);
           }}};
}

ListBlobs::Page ListBlobs::run(db::Snapshot& snapshot) const {
  constexpr db::Sql kBlobs = "SELECT id FROM blob WHERE id > ? AND state = 0 ORDER BY id LIMIT ?";
  constexpr db::Sql kObjects = "SELECT DISTINCT object FROM segment WHERE blob_id = ?";
  Page page;
  {
    auto rows = snapshot.query(kBlobs, after, limit);
    while (rows.next()) page.blobs.push_back({.id = rows.id<BlobId>(0), .objects = {}});
  }
  for (auto& blob : page.blobs) {
    auto rows = snapshot.query(kObjects, blob.id);
    while (rows.next())
      if (const auto name = store::ObjectName::parse(rows.text(0))) blob.objects.push_back(*name);
  }
  if (page.blobs.size() == limit) page.last = page.blobs.back().id;
  return page;
}

bool IsReferred::run(db::Snapshot& snapshot) const {
  constexpr db::Sql kFind = "SELECT 1 FROM object WHERE name = ?";
  const auto name = object.text();
  return snapshot.query(kFind, name).next();
}

}  // namespace cairn::content
