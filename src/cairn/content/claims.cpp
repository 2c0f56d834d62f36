#include "cairn/content/claims.h"

#include <algorithm>

#include "cairn/base/mutant.h"
#include "cairn/crypt/hash.h"

namespace cairn::content {
namespace {

constexpr db::Sql kAddBlob = "INSERT INTO blob (id, key_scope, size, digest, state, manifest_mac) VALUES (?, ?, ?, ?, 0, ?)";
constexpr db::Sql kAddObject =
    "INSERT INTO object (name, size, live) VALUES (?, ?, 1) ON CONFLICT (name) DO UPDATE SET live = live + 1, size = size + "
    "excluded.size";
constexpr db::Sql kAddSegment =
    "INSERT INTO segment (id, blob_id, start, length, object, object_offset, stored_length, suite, ending, crc32)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr db::Sql kAddKey = "INSERT INTO segment_key (segment_id, key_scope, kek_version, wrapped) VALUES (?, ?, ?, ?)";
constexpr db::Sql kAddClaim =
    "INSERT INTO claim (blob_id, holder_id) SELECT id, ? FROM blob WHERE id = ? AND state = 0 ON CONFLICT (blob_id, holder_id) "
    "DO NOTHING";
constexpr db::Sql kHasClaim =
    "SELECT 1 FROM claim JOIN blob ON blob.id = blob_id WHERE blob_id = ? AND holder_id = ? AND state = 0";
constexpr db::Sql kRevive = "UPDATE blob SET state = 0 WHERE id = ? AND state = 1";
constexpr db::Sql kDropClaim = "DELETE FROM claim WHERE blob_id = ? AND holder_id = ?";
constexpr db::Sql kDoom =
    "UPDATE blob SET state = 1, doomed_at = ?, doom_cause = ?"
    " WHERE id = ? AND state IN (0, 3) AND NOT EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id)";
constexpr db::Sql kFindBlob = "SELECT key_scope, size, digest, state, manifest_mac FROM blob WHERE id = ?";
constexpr db::Sql kFindSegments =
    "SELECT s.id, s.start, s.length, s.object, s.object_offset, s.stored_length, s.suite, s.ending, s.crc32, k.wrapped"
    " FROM segment s LEFT JOIN segment_key k ON k.segment_id = s.id AND k.key_scope = ? WHERE s.blob_id = ? ORDER BY s.start, "
    "s.id";
constexpr std::int64_t kDamaged = 3;

template <class Array>
std::optional<Array> as_array(db::Bytes bytes) {
  Array array;
  if (bytes.size() != array.size()) return std::nullopt;
  std::ranges::copy(bytes, array.begin());
  return array;
}

std::unexpected<Error> damaged(const BlobId& blob) {
  return failure(ErrorCode::kCorrupt, "The content's list of parts is damaged.", blob.text());
}

// The segment of the current row; nothing if a value is not of its form.
std::optional<Segment> segment_of(const db::Rows& rows) {
  const auto id = as_array<Uuid>(rows.bytes(0));
  const auto object = store::ObjectName::parse(rows.text(3));
  if (!id || !object) return std::nullopt;
  return Segment{.id = SegmentId(*id),
                 .start = static_cast<std::uint64_t>(rows.integer(1)),
                 .length = static_cast<std::uint64_t>(rows.integer(2)),
                 .object = *object,
                 .object_offset = static_cast<std::uint64_t>(rows.integer(4)),
                 .stored_length = static_cast<std::uint64_t>(rows.integer(5)),
                 .suite = rows.integer(6) == 0 ? Suite::kPlain : Suite::kCfe1,
                 .ending = rows.integer(7) == 0 ? crypt::Ending::kClosed : crypt::Ending::kCut,
                 .crc32 = static_cast<std::uint32_t>(rows.integer(8)),
                 .wrapped = rows.is_null(9) ? std::nullopt : as_array<crypt::WrappedKey>(rows.bytes(9))};
}

std::optional<db::Bytes> digest_value(const Manifest& manifest) {
  return manifest.digest ? std::optional<db::Bytes>(*manifest.digest) : std::nullopt;
}

void add_segment(db::Transaction& tx, const Manifest& manifest, const Segment& segment) {
  const auto object = segment.object.text();
  tx.run(kAddObject, std::string_view(object), segment.stored_length);
  tx.run(kAddSegment, segment.id.bytes(), manifest.id.bytes(), segment.start, segment.length, std::string_view(object),
         segment.object_offset, segment.stored_length, static_cast<int>(segment.suite),
         segment.ending == crypt::Ending::kCut ? 1 : 0, segment.crc32);
  if (segment.wrapped)
    tx.run(kAddKey, segment.id.bytes(), db::Bytes(manifest.key_scope), kScopeKeyVersion, db::Bytes(*segment.wrapped));
}

}  // namespace

void record(db::Transaction& tx, const Manifest& manifest, const ManifestMac& mac, const Holder& holder) {
  tx.run(kAddBlob, manifest.id.bytes(), db::Bytes(manifest.key_scope), manifest.size, digest_value(manifest), db::Bytes(mac));
  for (const auto& segment : manifest.segments) add_segment(tx, manifest, segment);
  tx.run(kAddClaim, db::Bytes(holder), manifest.id.bytes());
}

void record_step(db::Transaction& tx, const GrowthStep& step, const Holder& holder) {
  constexpr db::Sql kGrow =
      "UPDATE blob SET size = ?, digest = ?, manifest_mac = ? WHERE id = ? AND state = 0 AND size = ?"
      " AND EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id AND holder_id = ?)";
  const auto& manifest = step.manifest;
  if (manifest.segments.empty()) return;
  if (step.grown && manifest.segments.size() == 1) return record(tx, manifest, step.mac, holder);
  const auto digest = digest_value(manifest);
  const auto before = manifest.size - (step.grown ? manifest.segments.back().length : 0);
  if (tx.run(kGrow, manifest.size, digest, db::Bytes(step.mac), manifest.id, before, db::Bytes(holder)) != 1)
    throw Failure({ErrorCode::kConflict, "Somebody else has gone on with this content.", manifest.id.text()});
  if (step.grown) add_segment(tx, manifest, manifest.segments.back());
}

void record_joined(db::Transaction& tx, const Manifest& joined, const ManifestMac& mac, std::span<const Part> parts,
                   const Holder& holder) {
  constexpr db::Sql kMove = "UPDATE segment SET blob_id = ?, start = start + ? WHERE blob_id = ?";
  constexpr db::Sql kRemove =
      "DELETE FROM blob WHERE id = ? AND state = 0 AND NOT EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id)";
  constexpr db::Sql kSize = "SELECT size FROM blob WHERE id = ? AND state = 0";
  tx.run(kAddBlob, joined.id, db::Bytes(joined.key_scope), joined.size, digest_value(joined), db::Bytes(mac));
  std::int64_t start = 0;
  for (const auto& part : parts) {
    std::int64_t size = 0;
    if (auto rows = tx.query(kSize, part.blob); rows.next()) size = rows.integer(0);
    tx.run(kMove, joined.id, start, part.blob);
    if (tx.run(kDropClaim, part.blob, db::Bytes(part.holder)) != 1 || tx.run(kRemove, part.blob) != 1)
      throw Failure({ErrorCode::kConflict, "A part is not there any more.", part.blob.text()});
    start += size;
  }
  if (start != static_cast<std::int64_t>(joined.size))
    throw Failure({ErrorCode::kConflict, "A part has another size by now.", joined.id.text()});
  tx.run(kAddClaim, db::Bytes(holder), joined.id);
}

void hand_over(db::Transaction& tx, const BlobId& blob, const Holder& from, const Holder& to) {
  constexpr db::Sql kHandOver =
      "UPDATE claim SET holder_id = ? WHERE blob_id = ? AND holder_id = ?"
      " AND EXISTS (SELECT 1 FROM blob WHERE id = blob_id AND state = 0)";
  if (tx.run(kHandOver, db::Bytes(to), blob, db::Bytes(from)) != 1)
    throw Failure({ErrorCode::kConflict, "This content is not there any more.", blob.text()});
}

bool claim(db::Transaction& tx, const BlobId& blob, const Holder& holder) {
  if (mutant("doomed_revives")) tx.run(kRevive, blob.bytes());
  tx.run(kAddClaim, db::Bytes(holder), blob.bytes());
  return tx.query(kHasClaim, blob.bytes(), db::Bytes(holder)).next();
}

bool has_claim(db::Snapshot& snapshot, const BlobId& blob, const Holder& holder) {
  constexpr db::Sql kFind =
      "SELECT 1 FROM claim JOIN blob ON blob.id = blob_id WHERE blob_id = ? AND holder_id = ? AND state IN (0, 3)";
  return snapshot.query(kFind, blob, holder).next();
}

void release(db::Transaction& tx, const BlobId& blob, const Holder& holder, DoomCause cause) {
  tx.run(kDropClaim, blob.bytes(), db::Bytes(holder));
  tx.run(kDoom, tx.now(), static_cast<int>(cause), blob.bytes());
}

std::optional<std::uint64_t> size_of(db::Snapshot& snapshot, const BlobId& blob) {
  constexpr db::Sql kFind = "SELECT size FROM blob WHERE id = ?";
  auto rows = snapshot.query(kFind, blob);
  if (!rows.next()) return std::nullopt;
  return static_cast<std::uint64_t>(rows.integer(0));
}

std::optional<crypt::Blake3::Digest> find_digest(db::Snapshot& snapshot, const BlobId& blob) {
  constexpr db::Sql kFind = "SELECT digest FROM blob WHERE id = ? AND digest IS NOT NULL";
  auto rows = snapshot.query(kFind, blob);
  if (!rows.next()) return std::nullopt;
  return as_array<crypt::Blake3::Digest>(rows.bytes(0));
}

Result<std::optional<Manifest>> find_manifest(db::Snapshot& snapshot, const crypt::Key& mac_key, const BlobId& blob, Show show) {
  Manifest manifest{.id = blob, .key_scope = {}, .size = 0, .digest = std::nullopt, .segments = {}};
  std::optional<ManifestMac> mac;
  {
    auto rows = snapshot.query(kFindBlob, blob.bytes());
    if (!rows.next()) return std::optional<Manifest>();
    const auto scope = as_array<Uuid>(rows.bytes(0));
    mac = as_array<ManifestMac>(rows.bytes(4));
    if (!scope || !mac || (rows.integer(3) == kDamaged && show == Show::kReadable)) return damaged(blob);
    manifest.key_scope = *scope;
    manifest.size = static_cast<std::uint64_t>(rows.integer(1));
    if (!rows.is_null(2)) {
      manifest.digest = as_array<crypt::Blake3::Digest>(rows.bytes(2));
      if (!manifest.digest) return damaged(blob);
    }
  }
  auto rows = snapshot.query(kFindSegments, db::Bytes(manifest.key_scope), blob.bytes());
  while (rows.next()) {
    auto segment = segment_of(rows);
    if (!segment) return damaged(blob);
    manifest.segments.push_back(*std::move(segment));
  }
  if (!crypt::equal_in_constant_time(manifest_mac(mac_key, manifest), *mac)) return damaged(blob);
  return std::optional(std::move(manifest));
}

}  // namespace cairn::content
