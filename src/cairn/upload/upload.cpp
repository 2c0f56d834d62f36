#include "cairn/upload/upload.h"

#include "cairn/tree/quota.h"
#include "cairn/tree/rows.h"

// The columns that upload_of() reads, in its order.
#define CAIRN_UPLOAD_COLUMNS                                                                                            \
  "id, space_id, person_id, kind, state, size, received, reserved, blob_id, target_id, name, on_conflict, if_version, " \
  "modified_at,"                                                                                                        \
  " metadata, parts, created_at, expires_at, node_id, fence, lease_until"

namespace cairn::upload {
namespace {

Upload upload_of(const db::Rows& rows) {
  Upload upload{.id = rows.id<UploadId>(0),
                .space = rows.id<tree::SpaceId>(1),
                .person = rows.id<account::PersonId>(2),
                .kind = static_cast<Kind>(rows.integer(3)),
                .state = static_cast<State>(rows.integer(4)),
                .received = rows.integer(6),
                .reserved = rows.integer(7),
                .blob = rows.id<content::BlobId>(8),
                .to = {.node = rows.id<tree::NodeId>(9), .on_conflict = static_cast<tree::OnConflict>(rows.integer(11))},
                .metadata = std::string(rows.text(14)),
                .parts = std::string(rows.text(15)),
                .created_at = rows.instant(16),
                .expires_at = rows.instant(17),
                .fence = rows.integer(19),
                .lease_until = rows.instant(20)};
  if (!rows.is_null(5)) upload.size = rows.integer(5);
  if (!rows.is_null(10)) upload.to.name = value_or_throw(tree::Name::check(tree::text_of(rows.bytes(10))));
  if (!rows.is_null(12)) upload.to.if_version = rows.id<tree::VersionId>(12);
  if (!rows.is_null(13)) upload.to.modified_at = rows.instant(13);
  if (!rows.is_null(18)) upload.node = rows.id<tree::NodeId>(18);
  return upload;
}

}  // namespace

std::optional<Upload> find_upload(db::Snapshot& snapshot, const UploadId& id) {
  constexpr db::Sql kFind = "SELECT " CAIRN_UPLOAD_COLUMNS " FROM upload WHERE id = ?";
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return upload_of(rows);
}

Upload require_upload(db::Snapshot& snapshot, const account::Principal& who, const UploadId& id) {
  auto upload = find_upload(snapshot, id);
  if (!upload || upload->person != who.person) throw Failure({ErrorCode::kNotFound, "There is no such upload."});
  if (upload->expires_at <= snapshot.now()) throw Failure({ErrorCode::kGone, "The time of this upload is over. Begin it anew."});
  return *std::move(upload);
}

void insert_upload(db::Transaction& tx, const Upload& upload, const Uuid& holder) {
  constexpr db::Sql kAdd = "INSERT INTO upload (" CAIRN_UPLOAD_COLUMNS
                           ", holder) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  const auto name = upload.to.name ? std::optional(tree::bytes_of(upload.to.name->text())) : std::nullopt;
  tx.run(kAdd, upload.id, upload.space, upload.person, static_cast<int>(upload.kind), static_cast<int>(upload.state), upload.size,
         upload.received, upload.reserved, upload.blob, upload.to.node, name, static_cast<int>(upload.to.on_conflict),
         upload.to.if_version, upload.to.modified_at, std::string_view(upload.metadata), std::string_view(upload.parts),
         upload.created_at, upload.expires_at, upload.node, upload.fence, upload.lease_until, db::Bytes(holder));
}

std::vector<std::byte> find_note(db::Snapshot& snapshot, const UploadId& id) {
  constexpr db::Sql kFind = "SELECT note FROM upload_note WHERE upload_id = ?";
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return {};
  const auto note = rows.bytes(0);
  return {note.begin(), note.end()};
}

void remove_upload(db::Transaction& tx, const Upload& upload) {
  constexpr db::Sql kNote = "DELETE FROM upload_note WHERE upload_id = ?";
  constexpr db::Sql kUpload = "DELETE FROM upload WHERE id = ?";
  tx.run(kNote, upload.id);
  tx.run(kUpload, upload.id);
  tree::release_quota(tx, upload.space, upload.reserved);
}

std::vector<Upload> ListUploads::run(db::Snapshot& snapshot) const {
  constexpr db::Sql kFirst =
      "SELECT " CAIRN_UPLOAD_COLUMNS " FROM upload WHERE person_id = ? AND state = 0 AND expires_at > ? ORDER BY id DESC LIMIT ?";
  constexpr db::Sql kNext =
      "SELECT " CAIRN_UPLOAD_COLUMNS
      " FROM upload WHERE person_id = ? AND state = 0 AND expires_at > ? AND id < ? ORDER BY id DESC LIMIT ?";
  std::vector<Upload> uploads;
  const auto now = snapshot.now();
  auto rows = after ? snapshot.query(kNext, who.person, now, *after, limit) : snapshot.query(kFirst, who.person, now, limit);
  while (rows.next()) uploads.push_back(upload_of(rows));
  return uploads;
}

}  // namespace cairn::upload
