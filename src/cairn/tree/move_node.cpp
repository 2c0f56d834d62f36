#include "cairn/tree/move_node.h"

#include <algorithm>

#include "cairn/tree/trash.h"

namespace cairn::tree {
namespace {

void require_movable(const Access& access) {
  if (!access.node.parent) throw Failure({ErrorCode::kInvalidInput, "The root of a space has no name and cannot be moved."});
  if (access.in_trash) throw Failure({ErrorCode::kInvalidInput, "This lies in the trash. Restore it first."});
}

void require_outside(const Access& folder, const NodeId& node) {
  const bool itself = folder.node.id == node;
  if (itself || std::ranges::find(folder.path, node.uuid()) != folder.path.end())
    throw Failure({ErrorCode::kInvalidInput, "A folder cannot be moved into itself.", "parent_id"});
}

void note_time(db::Transaction& tx, const Request& request, const std::vector<Uuid>& path, Node& node, Instant modified_at) {
  constexpr db::Sql kNote = "UPDATE node SET modified_at = ?, rev = ? WHERE id = ?";
  if (node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "Only the time of a file can be set.", "modified_at"});
  const auto stamp = request.tell(
      tx, require_space(tx, node.space),
      {.kind = "file.time_changed", .subject = node.id.uuid(), .path_before = path, .path_after = path, .detail = "{}"});
  tx.run(kNote, modified_at, stamp.seq, node.id);
  count_children(tx, *node.parent, 0, 0, stamp.seq);
  node.modified_at = modified_at;
  node.rev = stamp.seq;
}

}  // namespace

Node MoveNode::run(db::Transaction& tx) const {
  return once(tx, request.operation, [&] {
    const auto access = authorize(tx, request.who, Action::kWrite, node);
    require_rev(access.node, if_rev);
    require_movable(access);
    auto moved = access.node;
    auto path = access.path;
    const auto from = *moved.parent;
    const auto to = parent.value_or(from);
    const auto wanted = name ? *name : value_or_throw(Name::check(moved.name));
    if (to != from || wanted.text() != moved.name) {
      require_folder(tx, request.who, moved);
      const auto spot = find_spot(tx, request.who, to, wanted, on_conflict, moved.height, node);
      if (spot.space.id != moved.space)
        throw Failure(
            {ErrorCode::kInvalidInput, "Files cannot be moved to another space yet; copy them by downloading.", "parent_id"});
      if (to != from) require_no_gain(spot, access);
      require_outside(spot.folder, node);
      if (spot.taken_by && std::ranges::find(access.path, spot.taken_by->id.uuid()) != access.path.end())
        throw Failure({ErrorCode::kInvalidInput, "It cannot replace a folder that it lies in.", "name"});
      make_way(tx, request, spot);
      const auto stamp = request.tell(tx, spot.space,
                                      {.kind = to == from ? "node.renamed" : "node.moved",
                                       .subject = node.uuid(),
                                       .path_before = access.path,
                                       .path_after = spot.folder.path_below(),
                                       .detail = detail_of({{"name_before", access.node.name}, {"name", spot.name.text()}})});
      close_placement(tx, moved, stamp);
      place_node(tx, moved, spot.placement(), stamp);
      path = spot.folder.path_below();
      raise_heights(tx, spot.folder.node, moved.height);
    }
    if (modified_at && *modified_at != moved.modified_at) note_time(tx, request, path, moved, *modified_at);
    return moved;
  });
}

}  // namespace cairn::tree
