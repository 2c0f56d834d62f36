#include "cairn/tree/trash.h"

namespace cairn::tree {
namespace {

std::optional<NodeId> find_origin(db::Snapshot& snapshot, const NodeId& node) {
  constexpr db::Sql kFind = "SELECT from_parent FROM trash WHERE node_id = ?";
  auto rows = snapshot.query(kFind, node);
  if (!rows.next()) return std::nullopt;
  return rows.id<NodeId>(0);
}

// The folder to restore into: the one named, else the one where it lay if it is still there, else the root.
NodeId folder_for(db::Transaction& tx, const RestoreNode& restore, const NodeId& origin, const Space& space) {
  if (restore.to) return *restore.to;
  if (!find_node(tx, origin)) return space.root;
  try {
    const auto access = authorize(tx, restore.request.who, Action::kWrite, origin);
    return access.in_trash ? space.root : origin;
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kNotFound) throw;
    return space.root;  // it is on its way out for good
  }
}

}  // namespace

Node put_into_trash(db::Transaction& tx, const Request& request, const Space& space, const Access& access) {
  constexpr db::Sql kAdd = "INSERT INTO trash (node_id, space_id, from_parent, by_id, at) VALUES (?, ?, ?, ?, ?)";
  auto node = access.node;
  const auto from = *node.parent;
  const auto stamp = request.tell(tx, space,
                                  {.kind = "node.trashed",
                                   .subject = node.id.uuid(),
                                   .path_before = access.path,
                                   .path_after = {},
                                   .detail = detail_of({{"name", node.name}})});
  const auto name = value_or_throw(Name::check(node.name));
  close_placement(tx, node, stamp);
  place_node(tx, node, {.parent = space.trash, .name = name, .key = std::string(text_of(node.id.bytes()))}, stamp);
  tx.run(kAdd, node.id, space.id, from, request.who.person, stamp.tick);
  return node;
}

void make_way(db::Transaction& tx, const Request& request, const Spot& spot) {
  if (!spot.taken_by) return;
  const auto access = authorize(tx, request.who, Action::kWrite, spot.taken_by->id);
  put_into_trash(tx, request, spot.space, access);
}

Node TrashNode::run(db::Transaction& tx) const {
  return once(tx, request.operation, [&] {
    const auto access = authorize(tx, request.who, Action::kWrite, node);
    require_rev(access.node, if_rev);
    if (!access.node.parent) throw Failure({ErrorCode::kInvalidInput, "The root of a space cannot be thrown away."});
    if (access.in_trash) throw Failure({ErrorCode::kInvalidInput, "This lies in the trash already."});
    require_folder(tx, request.who, access.node);
    return put_into_trash(tx, request, require_space(tx, access.node.space), access);
  });
}

Node RestoreNode::run(db::Transaction& tx) const {
  constexpr db::Sql kRemove = "DELETE FROM trash WHERE node_id = ?";
  return once(tx, request.operation, [&] {
    const auto access = authorize(tx, request.who, Action::kWrite, node);
    const auto origin = find_origin(tx, node);
    if (!origin) throw Failure({ErrorCode::kNotFound, "This was not thrown away by itself. Restore the folder that it lies in."});
    const auto of = require_space(tx, access.node.space);
    auto restored = access.node;
    const auto name = value_or_throw(Name::check(restored.name));
    if (on_conflict == OnConflict::kReplace)
      throw Failure({ErrorCode::kInvalidInput, "What is restored replaces nothing: choose fail or rename.", "on_conflict"});
    const auto spot = find_spot(tx, request.who, folder_for(tx, *this, *origin, of), name, on_conflict, restored.height);
    if (spot.space.id != of.id)
      throw Failure({ErrorCode::kInvalidInput, "It can be restored within its space only.", "parent_id"});
    const auto stamp = request.tell(tx, of,
                                    {.kind = "node.restored",
                                     .subject = node.uuid(),
                                     .path_before = {},
                                     .path_after = spot.folder.path_below(),
                                     .detail = detail_of({{"name", spot.name.text()}})});
    close_placement(tx, restored, stamp);
    place_node(tx, restored, spot.placement(), stamp);
    raise_heights(tx, spot.folder.node, restored.height);
    tx.run(kRemove, node);
    return restored;
  });
}

std::vector<TrashItem> list_trash(db::Snapshot& snapshot, const account::Principal& who, const SpaceId& space,
                                  const TrashPlace& before, std::size_t limit) {
  constexpr db::Sql kList =
      "SELECT node_id, from_parent, by_id, at FROM trash WHERE space_id = ? AND (at, node_id) < (?, ?)"
      " ORDER BY at DESC, node_id DESC LIMIT ?";
  const auto found = require_space(snapshot, space);
  // Whoever manages the space sees all of it at one look; others what they could edit, item by item.
  const bool manages = role_on(snapshot, who, found.root) == Role::kManager;
  std::vector<TrashItem> items;
  auto place = before;
  for (;;) {
    std::vector<TrashItem> page;
    {
      auto rows = snapshot.query(kList, space, place.at, place.node, limit);
      while (rows.next()) {
        page.push_back({.node = {.id = rows.id<NodeId>(0), .space = space},
                        .from_parent = rows.id<NodeId>(1),
                        .by = rows.id<account::PersonId>(2),
                        .at = rows.integer(3)});
      }
    }
    for (auto& item : page) {
      place = {.at = item.at, .node = item.node.id};
      if (!manages && role_on(snapshot, who, item.node.id) < Role::kEditor) continue;
      auto node = find_node(snapshot, item.node.id);
      if (!node) continue;
      item.node = *std::move(node);
      items.push_back(std::move(item));
      if (items.size() == limit) return items;
    }
    if (page.size() < limit) return items;
  }
}

}  // namespace cairn::tree
