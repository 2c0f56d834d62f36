#include "cairn/upload/keep_step.h"

#include <algorithm>

#include "cairn/base/mutant.h"
#include "cairn/tree/quota.h"
#include "cairn/upload/placing.h"
#include "cairn/upload/take_upload.h"

namespace cairn::upload {

Upload KeepStep::run(db::Transaction& tx) const {
  constexpr db::Sql kKeep =
      "UPDATE upload SET received = ?, reserved = ?, expires_at = ?, lease_until = ? WHERE id = ? AND fence = ? AND state = 0";
  constexpr db::Sql kAddNote =
      "INSERT INTO upload_note (upload_id, note) VALUES (?, ?) ON CONFLICT (upload_id) DO UPDATE SET note = excluded.note";
  constexpr db::Sql kDropNote = "DELETE FROM upload_note WHERE upload_id = ?";
  auto upload = find_upload(tx, id);
  if (!upload) throw Failure(lost_lease(tx, id));
  const auto now = tx.now();
  const auto reserved = std::max(upload->reserved, static_cast<std::int64_t>(step.size));
  tree::reserve_quota(tx, upload->space, reserved - upload->reserved);
  upload->received = static_cast<std::int64_t>(step.size);
  upload->reserved = reserved;
  upload->expires_at = now + limits.keep;
  upload->lease_until = goes_on ? now + limits.lease : Instant{};
  const auto of_fence = mutant("upload_fence_ignored") ? upload->fence : fence;
  if (tx.run(kKeep, upload->received, reserved, upload->expires_at, upload->lease_until, id, of_fence) != 1)
    throw Failure(lost_lease(tx, id));
  content::record_step(tx, step, id.uuid());
  if (step.note.empty()) {
    tx.run(kDropNote, id);
  } else {
    tx.run(kAddNote, id, db::Bytes(step.note));
  }
  return *std::move(upload);
}

void note_done(db::Transaction& tx, Upload& upload, const tree::NodeId& node, const Limits& limits) {
  constexpr db::Sql kDone =
      "UPDATE upload SET state = 1, node_id = ?, reserved = 0, lease_until = 0, expires_at = ? WHERE id = ?";
  upload.state = State::kDone;
  upload.node = node;
  upload.reserved = 0;
  upload.expires_at = tx.now() + limits.keep_done;
  tx.run(kDone, node, upload.expires_at, upload.id);
}

Finished FinishUpload::run(db::Transaction& tx) const {
  auto upload = keep.run(tx);
  tree::release_quota(tx, upload.space, upload.reserved);
  auto node = place(tx, request, upload, {.manifest = keep.step.manifest, .mac = keep.step.mac}, head);
  note_done(tx, upload, node.id, keep.limits);
  const auto role = tree::role_on(tx, request.who, node.id);
  return {.upload = std::move(upload), .seen = {.node = std::move(node), .role = role}};
}

}  // namespace cairn::upload
