#include "cairn/tree/rows.h"

#include <deque>

#include "cairn/base/error.h"

namespace cairn::tree {
namespace {

constexpr std::int64_t kPersonal = 0;

std::optional<Node> first_node(db::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return node_of(rows);
}

}  // namespace

std::optional<Space> find_space(db::Snapshot& snapshot, const SpaceId& id) {
  constexpr db::Sql kFind = "SELECT id, owner_id, root_id, trash_id, name_rule, name, kind FROM space WHERE id = ? AND kind <> 2";
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return Space{.id = rows.id<SpaceId>(0),
               .owner = rows.id<account::PersonId>(1),
               .root = rows.id<NodeId>(2),
               .trash = rows.id<NodeId>(3),
               .name_rule = rows.integer(4) == 0 ? NameRule::kExact : NameRule::kIgnoreCase,
               .name = std::string(rows.text(5)),
               .personal = rows.integer(6) == kPersonal};
}

Space require_space(db::Snapshot& snapshot, const SpaceId& id) {
  auto space = find_space(snapshot, id);
  if (!space) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  return *std::move(space);
}

Node node_of(const db::Rows& rows) {
  return {.id = rows.id<NodeId>(0),
          .space = rows.id<SpaceId>(1),
          .parent = rows.is_null(2) ? std::nullopt : std::optional(rows.id<NodeId>(2)),
          .kind = rows.integer(3) == 0 ? NodeKind::kFolder : NodeKind::kFile,
          .name = std::string(text_of(rows.bytes(4))),
          .version = rows.is_null(5) ? std::nullopt : std::optional(rows.id<VersionId>(5)),
          .version_no = rows.integer(6),
          .size = rows.integer(7),
          .modified_at = rows.instant(8),
          .modified_by = rows.id<account::PersonId>(9),
          .media_type = std::string(rows.text(10)),
          .height = rows.integer(11),
          .flags = rows.integer(12),
          .valid_from = rows.integer(13),
          .rev = rows.integer(14),
          .created_at = rows.instant(15),
          .created_by = rows.id<account::PersonId>(16)};
}

std::optional<Node> find_node(db::Snapshot& snapshot, const NodeId& id) {
  constexpr db::Sql kFind = "SELECT " CAIRN_NODE_COLUMNS " FROM node WHERE id = ?";
  return first_node(snapshot.query(kFind, id));
}

std::optional<Node> find_child(db::Snapshot& snapshot, const NodeId& folder, const Name& name, NameRule rule) {
  constexpr db::Sql kFind = "SELECT " CAIRN_NODE_COLUMNS " FROM node WHERE parent_id = ? AND name_key = ?";
  const auto key = name.key(rule);
  return first_node(snapshot.query(kFind, folder, bytes_of(key)));
}

FolderCount count_of(db::Snapshot& snapshot, const NodeId& folder) {
  constexpr db::Sql kFind = "SELECT children, cut_children, seq FROM folder WHERE node_id = ?";
  auto rows = snapshot.query(kFind, folder);
  if (!rows.next()) return {};
  return {.children = rows.integer(0), .cut_children = rows.integer(1), .seq = rows.integer(2)};
}

void insert_node(db::Transaction& tx, const Node& node, const Name& name, std::string_view key) {
  constexpr db::Sql kAdd =
      "INSERT INTO node (id, space_id, parent_id, kind, name, name_key, sort_key, version_id, version_no, size, modified_at,"
      " modified_by, media_type, height, flags, valid_from, rev, created_at, created_by)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  constexpr db::Sql kAddFolder = "INSERT INTO folder (node_id, children, cut_children, seq) VALUES (?, 0, 0, ?)";
  tx.run(kAdd, node.id, node.space, node.parent, static_cast<int>(node.kind), bytes_of(node.name), bytes_of(key), name.sort_key(),
         node.version, node.version_no, node.size, node.modified_at, node.modified_by, node.media_type, node.height, node.flags,
         node.valid_from, node.rev, node.created_at, node.created_by);
  if (node.is_folder()) tx.run(kAddFolder, node.id, node.rev);
}

void count_children(db::Transaction& tx, const NodeId& folder, std::int64_t number, std::int64_t cut, std::int64_t seq) {
  constexpr db::Sql kCount =
      "UPDATE folder SET children = children + ?, cut_children = cut_children + ?, seq = ? WHERE node_id = ?";
  tx.run(kCount, number, cut, seq, folder);
}

void close_placement(db::Transaction& tx, const Node& node, const ledger::Stamp& stamp) {
  constexpr db::Sql kClose =
      "INSERT INTO node_past (node_id, valid_from, valid_to, space_id, parent_id, kind, name, sort_key)"
      " SELECT id, valid_from, ?, space_id, parent_id, kind, name, sort_key FROM node WHERE id = ?";
  tx.run(kClose, stamp.tick, node.id);
}

void place_node(db::Transaction& tx, Node& node, const Placement& to, const ledger::Stamp& stamp) {
  constexpr db::Sql kPlace =
      "UPDATE node SET parent_id = ?, name = ?, name_key = ?, sort_key = ?, valid_from = ?, rev = ? WHERE id = ?";
  const auto from = *node.parent;
  const std::int64_t cut = (node.flags & kCutsInheritance) != 0 ? 1 : 0;
  tx.run(kPlace, to.parent, bytes_of(to.name.text()), bytes_of(to.key), to.name.sort_key(), stamp.tick, stamp.seq, node.id);
  if (from == to.parent) {
    count_children(tx, from, 0, 0, stamp.seq);
  } else {
    count_children(tx, from, -1, -cut, stamp.seq);
    count_children(tx, to.parent, 1, cut, stamp.seq);
  }
  node.parent = to.parent;
  node.name = to.name.text();
  node.valid_from = stamp.tick;
  node.rev = stamp.seq;
}

void raise_heights(db::Transaction& tx, const Node& folder, std::int64_t height) {
  constexpr db::Sql kRaise = "UPDATE node SET height = ? WHERE id = ? AND height < ?";
  constexpr db::Sql kParent = "SELECT parent_id FROM node WHERE id = ?";
  auto needed = height + 1;
  if (folder.height >= needed) return;  // and so all above it are high enough
  auto above = std::optional(folder.id);
  while (above && tx.run(kRaise, needed, *above, needed) == 1) {
    auto rows = tx.query(kParent, *above);
    above = rows.next() && !rows.is_null(0) ? std::optional(rows.id<NodeId>(0)) : std::nullopt;
    ++needed;
  }
}

std::size_t count_subtree(db::Snapshot& snapshot, const NodeId& top, std::size_t limit) {
  constexpr db::Sql kChildren = "SELECT id, kind FROM node WHERE parent_id = ? LIMIT ?";
  std::size_t count = 1;
  std::deque<NodeId> folders{top};
  while (!folders.empty() && count <= limit) {
    const auto folder = folders.front();
    folders.pop_front();
    auto rows = snapshot.query(kChildren, folder, limit + 1 - count);
    for (; rows.next(); ++count)
      if (rows.integer(1) == static_cast<int>(NodeKind::kFolder)) folders.push_back(rows.id<NodeId>(0));
  }
  return count;
}

std::vector<KeyedNode> children_by_key(db::Snapshot& snapshot, const NodeId& folder, std::string_view after, std::size_t limit) {
  constexpr db::Sql kChildren =
      "SELECT " CAIRN_NODE_COLUMNS ", name_key FROM node WHERE parent_id = ? AND name_key > ? ORDER BY name_key LIMIT ?";
  constexpr int kKeyColumn = 17;
  std::vector<KeyedNode> children;
  auto rows = snapshot.query(kChildren, folder, bytes_of(after), limit);
  while (rows.next()) children.push_back({.node = node_of(rows), .key = std::string(text_of(rows.bytes(kKeyColumn)))});
  return children;
}

}  // namespace cairn::tree
