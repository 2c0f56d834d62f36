#include "cairn/tree/trash.h"

namespace cairn::tree {
namespace {

std::optional<NodeId> find_origin(db::Snapshot& snapshot, const NodeId& node) {
  constexpr db::Sql kFind = "SELECT from_parent FROM trash WHERE node_id = ?";
  auto rows = snapshot.query(kFind, node);
  if (!rows.next()) return std::nullopt;
  return rows.id<NodeId>(0);
}

// What has become of the folder that something was thrown away from.
enum class Origin { kThere, kThrownAway, kGone };

Origin origin_now(db::Transaction& tx, const NodeId& folder) {
  constexpr db::Sql kTop =
      "WITH RECURSIVE up(id, parent_id, flags, level) AS ("
      "  SELECT id, parent_id, flags, 0 FROM node WHERE id = ?"
      "  UNION ALL"
      "  SELECT node.id, node.parent_id, node.flags, up.level + 1 FROM up JOIN node ON node.id = up.parent_id WHERE up.level < "
      "200)"
      " SELECT id, flags FROM up ORDER BY level DESC LIMIT 2";
  auto rows = tx.query(kTop, folder);
  if (!rows.next()) return Origin::kGone;
  if ((rows.integer(1) & kIsTrash) == 0) return Origin::kThere;
  const auto thrown_away = rows.next() && find_origin(tx, rows.id<NodeId>(0));
  return thrown_away ? Origin::kThrownAway : Origin::kGone;  // or about to be
}

// The folder to restore into: the one named, else the one where it lay if it is still there, else the root. Whoever restores
// something takes it from where it lay, and needs the right to change that folder as long as there is one.
NodeId folder_for(db::Transaction& tx, const RestoreNode& restore, const NodeId& origin, const Space& space) {
  const auto now = origin_now(tx, origin);
  if (now != Origin::kGone) require_write(tx, restore.request.who, origin);
  if (restore.to) return *restore.to;
  return now == Origin::kThere ? origin : space.root;
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
    if (to) require_no_gain(spot, access);
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

TrashPage ListTrash::run(db::Snapshot& snapshot) const {
  constexpr db::Sql kList =
      "SELECT node_id, from_parent, by_id, at FROM trash WHERE space_id = ? AND (at, node_id) < (?, ?)"
      " ORDER BY at DESC, node_id DESC LIMIT ?";
  require_scope(who, Action::kRead);
  if (limit == 0) throw Failure({ErrorCode::kInvalidInput, "A page has one item at least.", "limit"});
  const auto found = find_space(snapshot, space);
  if (!found || !knows_space(snapshot, who, space)) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  // Whoever manages the space sees all of it at one look; others what they could edit, item by item.
  const bool manages = role_on(snapshot, who, found->root) == Role::kManager;
  TrashPage page;
  std::vector<TrashItem> looked_at;
  {
    auto rows = snapshot.query(kList, space, before.at, before.node, limit);
    while (rows.next()) {
      looked_at.push_back({.node = {.id = rows.id<NodeId>(0), .space = space},
                           .from_parent = rows.id<NodeId>(1),
                           .by = rows.id<account::PersonId>(2),
                           .at = rows.integer(3)});
    }
  }
  if (looked_at.size() == limit) page.next = TrashPlace{.at = looked_at.back().at, .node = looked_at.back().node.id};
  for (auto& item : looked_at) {
    item.role = manages ? Role::kManager : role_on(snapshot, who, item.node.id);
    if (item.role < Role::kEditor) continue;
    auto node = find_node(snapshot, item.node.id);
    if (!node) continue;
    item.node = *std::move(node);
    page.items.push_back(std::move(item));
  }
  return page;
}

}  // namespace cairn::tree
