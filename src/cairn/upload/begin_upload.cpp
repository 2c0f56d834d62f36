#include "cairn/upload/begin_upload.h"

#include <fmt/format.h>

#include "cairn/tree/quota.h"
#include "cairn/upload/placing.h"

namespace cairn::upload {
namespace {

void require_few_open(db::Transaction& tx, const account::Principal& who, std::size_t most) {
  constexpr db::Sql kOneMore = "SELECT 1 FROM upload WHERE person_id = ? AND state = 0 AND expires_at > ? LIMIT 1 OFFSET ?";
  if (!tx.query(kOneMore, who.person, tx.now(), most - 1).next()) return;
  throw Failure({ErrorCode::kTooManyUploads,
                 fmt::format("You have {} uploads under way, and no more are kept. Finish some, or end them.", most)});
}

// A part is placed with the others, under a name that it need not say: then what is asked is that its author may write there.
void require_writable(db::Transaction& tx, const account::Principal& who, const tree::NodeId& folder) {
  const auto access = tree::authorize(tx, who, tree::Action::kWrite, folder);
  if (access.node.is_folder()) tree::require_room(access, 0);
}

}  // namespace

BeginUpload::Begun BeginUpload::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, request.operation)) {
    const auto id = UploadId::parse(*answer);
    if (!id) throw Failure({ErrorCode::kCorrupt, "What this request did before cannot be read."});
    return {.upload = require_upload(tx, request.who, *id), .fresh = false};
  }
  require_few_open(tx, request.who, limits.most_open);
  if (kind == Kind::kPart && !to.name) {
    require_writable(tx, request.who, to.node);
  } else {
    require_placeable(tx, request, space, to);
  }
  const auto now = tx.now();
  const Upload upload{.id = UploadId::make(now),
                      .space = space,
                      .person = request.who.person,
                      .kind = kind,
                      .size = size,
                      .reserved = size.value_or(coming),
                      .blob = content::BlobId::make(now),
                      .to = to,
                      .metadata = metadata,
                      .created_at = now,
                      .expires_at = now + limits.keep,
                      .fence = holder ? 1 : 0,
                      .lease_until = holder ? now + limits.lease : Instant{}};
  tree::reserve_quota(tx, space, upload.reserved);
  insert_upload(tx, upload, holder.value_or(Uuid{}));
  ledger::keep_answer(tx, request.operation, upload.id.text());
  return {.upload = upload};
}

}  // namespace cairn::upload
