#include "cairn/upload/take_upload.h"

#include <fmt/format.h>

#include "cairn/base/mutant.h"
#include "cairn/tree/quota.h"
#include "cairn/tree/rights.h"

namespace cairn::upload {

void TakeUpload::require_fitting(const Upload& upload) const {
  if (upload.received != offset) {
    throw Failure(
        {ErrorCode::kConflict, fmt::format("The upload has {} bytes: go on from there.", upload.received), "Upload-Offset"});
  }
  if (declared && upload.size && declared != upload.size)
    throw Failure({ErrorCode::kInvalidInput, "The length of this upload is known already, and another one.", "Upload-Length"});
  const auto size = declared ? declared : upload.size;
  const auto end = offset + coming.value_or(0);
  if (size && end > *size) {
    throw Failure({ErrorCode::kInvalidInput,
                   fmt::format("The upload has {} bytes, and these reach up to {}: nothing of them is taken.", *size, end),
                   declared ? "Upload-Length" : "Content-Length"});
  }
}

Taken TakeUpload::run(db::Transaction& tx) const {
  constexpr db::Sql kTake =
      "UPDATE upload SET holder = ?, fence = fence + 1, lease_until = ?, reserved = ? WHERE id = ? AND fence = ?";
  tree::require_scope(who, tree::Action::kWrite);
  auto upload = require_upload(tx, who, id);
  if (upload.kind == Kind::kJoined)
    throw Failure({ErrorCode::kDenied, "This upload was made of parts: nothing can be added to it."});
  const auto now = tx.now();
  if (upload.lease_until > now && !mutant("upload_lease_ignored"))
    throw Failure({ErrorCode::kLocked, "Somebody else is sending bytes of this upload. Wait a moment, then ask how far it is."});
  require_fitting(upload);
  Taken taken{.upload = upload,
              .manifest = {.id = upload.blob, .key_scope = upload.space.uuid(), .size = 0, .digest = {}, .segments = {}},
              .note = {}};
  if (upload.state == State::kDone) return taken;
  (void)tree::authorize(tx, who, tree::Action::kWrite, upload.to.node);  // throws
  taken.upload.size = declared ? declared : upload.size;
  const auto needed = std::max(taken.upload.size.value_or(0), offset + coming.value_or(0));
  taken.upload.reserved = std::max(upload.reserved, needed);
  taken.upload.fence = upload.fence + 1;
  taken.upload.lease_until = now + limits.lease;
  tree::reserve_quota(tx, upload.space, taken.upload.reserved - upload.reserved);
  tx.run(kTake, db::Bytes(holder), taken.upload.lease_until, taken.upload.reserved, id, upload.fence);
  taken.note = find_note(tx, id);
  if (auto found = content->find(tx, upload.blob)) {
    taken.manifest = *std::move(found);
  } else if (found.error().code != ErrorCode::kNotFound) {  // before its first segment it has none
    throw Failure(found.error());
  }
  return taken;
}

void ReserveMore::run(db::Transaction& tx) const {
  constexpr db::Sql kReserve = "UPDATE upload SET reserved = ? WHERE id = ? AND fence = ? AND state = 0";
  const auto upload = find_upload(tx, id);
  if (!upload) throw Failure(lost_lease(tx, id));
  if (upload->reserved >= reserved) return;
  tree::reserve_quota(tx, upload->space, reserved - upload->reserved);
  if (tx.run(kReserve, reserved, id, fence) != 1) throw Failure(lost_lease(tx, id));
}

void RenewLease::run(db::Transaction& tx) const {
  constexpr db::Sql kRenew = "UPDATE upload SET lease_until = ? WHERE id = ? AND fence = ? AND state = 0";
  if (tx.run(kRenew, tx.now() + lease, id, fence) != 1) throw Failure(lost_lease(tx, id));
}

namespace {

void release(db::Transaction& tx, const Upload& upload) {
  constexpr db::Sql kRelease = "UPDATE upload SET lease_until = 0, reserved = ? WHERE id = ?";
  const auto needed = upload.size.value_or(upload.received);
  tx.run(kRelease, needed, upload.id);
  tree::release_quota(tx, upload.space, upload.reserved - needed);
}

}  // namespace

void ReleaseUpload::run(db::Transaction& tx) const {
  const auto upload = find_upload(tx, id);
  if (upload && upload->fence == fence && upload->state == State::kOpen) release(tx, *upload);
}

void EndAllLeases::run(db::Transaction& tx) {
  constexpr db::Sql kTaken = "SELECT id FROM upload WHERE lease_until <> 0 AND state = 0";
  std::vector<UploadId> taken;
  {
    auto rows = tx.query(kTaken);
    while (rows.next()) taken.push_back(rows.id<UploadId>(0));
  }
  for (const auto& id : taken)
    if (const auto upload = find_upload(tx, id)) release(tx, *upload);
}

Error lost_lease(db::Snapshot& snapshot, const UploadId& id) {
  if (!find_upload(snapshot, id)) return {ErrorCode::kNotFound, "This upload was ended meanwhile."};
  return {ErrorCode::kLocked, "Somebody else goes on with this upload."};
}

}  // namespace cairn::upload
