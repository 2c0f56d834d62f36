#include "cairn/upload/end_upload.h"

#include "cairn/base/mutant.h"
#include "cairn/content/claims.h"
#include "cairn/tree/rights.h"

namespace cairn::upload {
namespace {

void end(db::Transaction& tx, const Upload& upload) {
  if (upload.state == State::kOpen && !mutant("upload_keeps_its_claim"))
    content::release(tx, upload.blob, upload.id.uuid(), content::DoomCause::kAbandoned);
  remove_upload(tx, upload);
}

}  // namespace

void EndUpload::run(db::Transaction& tx) const {
  tree::require_scope(who, tree::Action::kWrite);
  end(tx, require_upload(tx, who, id));
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
