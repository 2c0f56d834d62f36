#include "cairn/tree/put_file.h"

namespace cairn::tree {
namespace {

// Bytes are sealed for a space and counted there: they belong into no other.
void require_space_of(const NewContent& content, const SpaceId& brought_for, const SpaceId& belongs_to) {
  const bool sealed_elsewhere = content.stored && content.stored->manifest.key_scope != belongs_to.uuid();
  if (brought_for != belongs_to || sealed_elsewhere)
    throw Failure({ErrorCode::kInternal, "Content was brought for another space."});
}

// Throws unless a node can have content.
void require_file(const Access& access) {
  if (access.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a folder; only a file has content."});
  if (access.in_trash) throw Failure({ErrorCode::kInvalidInput, "This file lies in the trash. Restore it first."});
}

void require_version(const Node& node, const std::optional<VersionId>& wanted) {
  if (!wanted || wanted == node.version) return;
  throw Failure({ErrorCode::kPreconditionFailed, "The file was changed meanwhile. Look at it again, then decide.", "If-Match"});
}

// The new head of a file that is there already.
Node put_version(db::Transaction& tx, const Request& request, const Access& access, const NewContent& content) {
  constexpr db::Sql kMoveHead =
      "UPDATE node SET version_id = ?, version_no = ?, size = ?, modified_at = ?, modified_by = ?, media_type = ?, rev = ?"
      " WHERE id = ?";
  auto node = access.node;
  require_file(access);
  const auto space = require_space(tx, node.space);
  const auto before = node.version ? node.version->text() : std::string();
  const auto stamp = request.tell(tx, space,
                                  {.kind = "file.changed",
                                   .subject = node.id.uuid(),
                                   .path_before = access.path,
                                   .path_after = access.path,
                                   .detail = detail_of({{"version_before", before}, {"version", content.version.text()}})});
  add_version(tx, request, node, content, stamp);
  node.rev = stamp.seq;
  tx.run(kMoveHead, node.version, node.version_no, node.size, node.modified_at, node.modified_by, node.media_type, node.rev,
         node.id);
  count_children(tx, *node.parent, 0, 0, stamp.seq);
  return node;
}

}  // namespace

Node PutFile::run(db::Transaction& tx) const {
  return once(tx, request.operation, [&] {
    const auto spot = find_spot(tx, request.who, parent, name, on_conflict, 0);
    require_space_of(content, space, spot.space.id);
    if (spot.taken_by) return put_version(tx, request, authorize(tx, request.who, Action::kWrite, spot.taken_by->id), content);
    const auto now = tx.now();
    Node file{.id = NodeId::make(now),
              .space = space,
              .parent = parent,
              .kind = NodeKind::kFile,
              .created_at = now,
              .created_by = request.who.person};
    const auto stamp =
        request.tell(tx, spot.space,
                     {.kind = "node.created",
                      .subject = file.id.uuid(),
                      .path_before = {},
                      .path_after = spot.folder.path_below(),
                      .detail = detail_of({{"kind", "file"}, {"name", spot.name.text()}, {"version", content.version.text()}})});
    add_version(tx, request, file, content, stamp);
    fill_spot(tx, spot, file, stamp);
    return file;
  });
}

Node PutVersion::run(db::Transaction& tx) const {
  return once(tx, request.operation, [&] {
    const auto access = authorize(tx, request.who, Action::kWrite, node);
    require_space_of(content, space, access.node.space);
    require_version(access.node, if_version);
    return put_version(tx, request, access, content);
  });
}

void PutFile::require_possible(db::Snapshot& snapshot) const {
  const auto spot = find_spot(snapshot, request.who, parent, name, on_conflict, 0);
  if (spot.taken_by) require_file(authorize(snapshot, request.who, Action::kWrite, spot.taken_by->id));
}

void PutVersion::require_possible(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, request.who, Action::kWrite, node);
  require_file(access);
  require_version(access.node, if_version);
}

}  // namespace cairn::tree
