#include "cairn/upload/placing.h"

#include "cairn/tree/media_type.h"

namespace cairn::upload {
namespace {

tree::PutFile put_file(const tree::Request& request, const tree::SpaceId& space, const Destination& to) {
  return {.request = request, .space = space, .parent = to.node, .name = *to.name, .on_conflict = to.on_conflict};
}

tree::PutVersion put_version(const tree::Request& request, const tree::SpaceId& space, const Destination& to) {
  return {.request = request, .space = space, .node = to.node, .if_version = to.if_version};
}

}  // namespace

void require_placeable(db::Snapshot& snapshot, const tree::Request& request, const tree::SpaceId& space, const Destination& to) {
  if (to.name) {
    put_file(request, space, to).require_possible(snapshot);
  } else {
    put_version(request, space, to).require_possible(snapshot);
  }
}

tree::Node place(db::Transaction& tx, const tree::Request& request, const Upload& upload, const content::Stored& stored,
                 std::span<const std::byte> head) {
  const auto now = tx.now();
  const auto& to = upload.to;
  tree::NewContent content{.version = tree::VersionId::make(now),
                           .stored = {},
                           .modified_at = to.modified_at.value_or(now),
                           .media_type = {},
                           .held_by = upload.id.uuid()};
  if (stored.manifest.size > 0) content.stored = stored;
  if (to.name) {
    content.media_type = tree::media_type_of(head, to.name->text());
    auto put = put_file(request, upload.space, to);
    put.content = std::move(content);
    return put.run(tx);
  }
  const auto file = tree::find_node(tx, to.node);
  content.media_type = tree::media_type_of(head, file ? std::string_view(file->name) : std::string_view());
  auto put = put_version(request, upload.space, to);
  put.content = std::move(content);
  return put.run(tx);
}

}  // namespace cairn::upload
