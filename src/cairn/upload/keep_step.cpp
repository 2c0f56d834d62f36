#include "cairn/upload/keep_step.h"

#include <algorithm>

#include "cairn/base/mutant.h"
#include "cairn/tree/quota.h"
#include "cairn/tree/rights.h"
#include "cairn/tree/rows.h"
#include "cairn/upload/placing.h"
#include "cairn/upload/take_upload.h"

namespace cairn::upload {

namespace {

// The parts of a file wait for each other: while one grows, none of them is given up.
void keep_siblings(db::Transaction& tx, const Upload& part, const Limits& limits) {
  constexpr db::Sql kKeepOthers =
      "UPDATE upload SET expires_at = ? WHERE person_id = ? AND state = 0 AND kind = 1 AND target_id = ? AND name = ? AND"
      " expires_at > ? AND expires_at < ?";
  if (part.kind != Kind::kPart || !part.to.name) return;
  const auto now = tx.now();
  const auto soon = part.expires_at - limits.keep / 10;  // not at each step
  tx.run(kKeepOthers, part.expires_at, part.person, part.to.node, tree::bytes_of(part.to.name->text()), now, soon);
}

}  // namespace

Upload KeepStep::run(db::Transaction& tx) const {
  constexpr db::Sql kKeep =
      "UPDATE upload SET size = ?, received = ?, reserved = ?, expires_at = ?, lease_until = ? WHERE id = ? AND fence = ? AND"
      " state = 0";
  constexpr db::Sql kAddNote =
      "INSERT INTO upload_note (upload_id, pending, note) VALUES (?, ?, ?)"
      " ON CONFLICT (upload_id) DO UPDATE SET pending = excluded.pending, note = excluded.note";
  constexpr db::Sql kDropNote = "DELETE FROM upload_note WHERE upload_id = ?";
  auto upload = find_upload(tx, id);
  if (!upload) throw Failure(lost_lease(tx, id));
  (void)tree::authorize(tx, who, tree::Action::kWrite, upload->to.node);  // throws
  const auto now = tx.now();
  const auto received = static_cast<std::int64_t>(step.size);
  if (size) upload->size = size;
  const auto needed = upload->size.value_or(received);
  const auto reserved = goes_on ? std::max(upload->reserved, needed) : needed;
  if (reserved > upload->reserved) tree::reserve_quota(tx, upload->space, reserved - upload->reserved);
  if (reserved < upload->reserved) tree::release_quota(tx, upload->space, upload->reserved - reserved);
  const bool brought = received > upload->received;
  if (brought) upload->expires_at = now + limits.keep;  // whoever brings nothing prolongs nothing
  upload->received = received;
  upload->reserved = reserved;
  upload->lease_until = goes_on ? now + limits.lease : Instant{};
  const auto of_fence = mutant("upload_fence_ignored") ? upload->fence : fence;
  if (tx.run(kKeep, upload->size, upload->received, reserved, upload->expires_at, upload->lease_until, id, of_fence) != 1)
    throw Failure(lost_lease(tx, id));
  if (brought) keep_siblings(tx, *upload, limits);
  content::record_step(tx, step, id.uuid());
  if (step.note.empty()) {
    tx.run(kDropNote, id);
  } else {
    tx.run(kAddNote, id, step.pending, db::Bytes(step.note));
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
  if (upload.size != upload.received)
    throw Failure({ErrorCode::kInternal, "An upload is to be finished that is not whole.", upload.id.text()});
  tree::release_quota(tx, upload.space, upload.reserved);
  auto node = place(tx, request, upload, {.manifest = keep.step.manifest, .mac = keep.step.mac}, head);
  note_done(tx, upload, node.id, keep.limits);
  const auto role = tree::role_on(tx, request.who, node.id);
  return {.upload = std::move(upload), .seen = {.node = std::move(node), .role = role}};
}

}  // namespace cairn::upload
