#include "cairn/upload/join_parts.h"

#include <set>

#include <fmt/format.h>

#include "cairn/tree/quota.h"
#include "cairn/upload/placing.h"

namespace cairn::upload {
namespace {

[[noreturn]] void refuse(ErrorCode code, std::string why) { throw Failure({code, std::move(why), "Upload-Concat"}); }

}  // namespace

std::vector<Upload> JoinParts::find_parts(db::Transaction& tx) const {
  if (parts.empty() || parts.size() > limits.most_parts)
    refuse(ErrorCode::kInvalidInput, fmt::format("A file is made of 1 to {} parts.", limits.most_parts));
  std::vector<Upload> found;
  std::set<UploadId> seen;
  for (const auto& id : parts) {
    auto part = require_upload(tx, request.who, id);
    const bool twice = !seen.insert(id).second;
    if (part.kind != Kind::kPart || twice)
      refuse(ErrorCode::kInvalidInput, fmt::format("{} {}.", id.text(), twice ? "is named twice" : "is no part"));
    if (part.space != space) {
      refuse(
          ErrorCode::kInvalidInput,
          fmt::format("{} was begun for another space. Name the folder as parent_id in the metadata of each part.", id.text()));
    }
    if (part.lease_until > tx.now()) refuse(ErrorCode::kConflict, fmt::format("{} is being sent just now.", id.text()));
    if (!part.is_received()) refuse(ErrorCode::kConflict, fmt::format("{} has not come whole yet.", id.text()));
    found.push_back(std::move(part));
  }
  return found;
}

Finished JoinParts::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, request.operation)) {
    const auto id = UploadId::parse(*answer);
    if (!id) throw Failure({ErrorCode::kCorrupt, "What this request did before cannot be read."});
    auto done = require_upload(tx, request.who, *id);
    auto seen = tree::StatNode{.who = request.who, .node = *done.node}.run(tx);
    return {.upload = std::move(done), .seen = std::move(seen)};
  }
  const auto found = find_parts(tx);
  const auto now = tx.now();
  Upload upload{.id = UploadId::make(now),
                .space = space,
                .person = request.who.person,
                .kind = Kind::kJoined,
                .blob = content::BlobId::make(now),
                .to = to,
                .metadata = metadata,
                .parts = said,
                .created_at = now,
                .expires_at = now + limits.keep_done};
  std::vector<content::Manifest> manifests;
  std::vector<content::Part> held;
  for (const auto& part : found) {
    upload.received += part.received;
    if (part.received > 0) {  // without bytes it has no blob
      manifests.push_back(value_or_throw(content->find(tx, part.blob)));
      if (static_cast<std::int64_t>(manifests.back().size) != part.received)
        throw Failure({ErrorCode::kCorrupt, "A part has not the bytes that it says.", part.id.text()});
      held.push_back({.blob = part.blob, .holder = part.id.uuid()});
    }
    remove_upload(tx, part);
  }
  upload.size = upload.received;
  const auto joined = content->joined(upload.blob, space.uuid(), manifests);
  if (!held.empty()) content::record_joined(tx, joined.manifest, joined.mac, held, upload.id.uuid());
  insert_upload(tx, upload, Uuid{});
  // The operation's answer is the upload's; the file gets there by one of its own.
  auto placing = request;
  placing.operation = ledger::Operation::once(now, request.who.person.uuid());
  auto node = place(tx, placing, upload, joined, head);
  note_done(tx, upload, node.id, limits);
  ledger::keep_answer(tx, request.operation, upload.id.text());
  const auto role = tree::role_on(tx, request.who, node.id);
  return {.upload = std::move(upload), .seen = {.node = std::move(node), .role = role}};
}

}  // namespace cairn::upload
