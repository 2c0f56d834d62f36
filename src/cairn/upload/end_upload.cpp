#include "cairn/upload/end_upload.h"

#include "cairn/account/person.h"
#include "cairn/base/mutant.h"
#include "cairn/content/claims.h"
#include "cairn/tree/rights.h"
#include "cairn/tree/rows.h"

namespace cairn::upload {
namespace {

void end(db::Transaction& tx, const Upload& upload) {
  if (upload.state == State::kOpen && !mutant("upload_keeps_its_claim"))
    content::release(tx, upload.blob, upload.id.uuid(), content::DoomCause::kAbandoned);
  remove_upload(tx, upload);
}

// A space on its way out is not.
bool is_there(db::Snapshot& snapshot, const tree::SpaceId& id) {
  const auto space = tree::find_space(snapshot, id);
  const auto root = space ? tree::find_node(snapshot, space->root) : std::nullopt;
  return root && (root->flags & tree::kIsGone) == 0;
}

}  // namespace

void EndUpload::run(db::Transaction& tx) const {
  tree::require_scope(who, tree::Action::kWrite);
  const auto upload = find_upload(tx, id);
  if (!upload || upload->person != who.person) throw Failure({ErrorCode::kNotFound, "There is no such upload."});
  end(tx, *upload);
}

std::optional<UploadId> EndLost::run(db::Transaction& tx) const {
  constexpr db::Sql kOpen = "SELECT id, person_id, space_id FROM upload WHERE state = 0 AND id > ? ORDER BY id LIMIT ?";
  std::size_t seen = 0;
  UploadId last;
  std::vector<UploadId> lost;
  {
    auto rows = tx.query(kOpen, after, batch);
    for (; rows.next(); ++seen) {
      last = rows.id<UploadId>(0);
      if (!account::find_person(tx, rows.id<account::PersonId>(1)) || !is_there(tx, rows.id<tree::SpaceId>(2)))
        lost.push_back(last);
    }
  }
  for (const auto& id : lost)
    if (const auto upload = find_upload(tx, id)) end(tx, *upload);
  return seen == batch ? std::optional(last) : std::nullopt;
}

std::size_t EndExpired::run(db::Transaction& tx) const {
  constexpr db::Sql kDue = "SELECT id FROM upload WHERE expires_at <= ? AND lease_until <= ? ORDER BY expires_at LIMIT ?";
  std::vector<UploadId> due;
  {
    auto rows = tx.query(kDue, tx.now(), tx.now(), batch);
    while (rows.next()) due.push_back(rows.id<UploadId>(0));
  }
  for (const auto& id : due)
    if (const auto upload = find_upload(tx, id)) end(tx, *upload);
  return due.size();
}

}  // namespace cairn::upload
