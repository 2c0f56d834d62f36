#include "cairn/tree/removal.h"

#include <algorithm>
#include <vector>

#include "cairn/content/claims.h"
#include "cairn/tree/quota.h"

namespace cairn::tree {
namespace {

struct Child {
  NodeId id;
  bool is_folder;
};

void spend(std::size_t& budget, std::int64_t rows) { budget -= std::min(budget, static_cast<std::size_t>(rows)); }

// Some children of a folder, folders first.
std::vector<Child> some_children(db::Transaction& tx, const NodeId& folder, std::size_t limit) {
  constexpr db::Sql kFind = "SELECT id, kind FROM node WHERE parent_id = ? ORDER BY kind LIMIT ?";
  std::vector<Child> children;
  auto rows = tx.query(kFind, folder, limit);
  while (rows.next()) {
    children.push_back({.id = rows.id<NodeId>(0), .is_folder = rows.integer(1) == static_cast<int>(NodeKind::kFolder)});
  }
  return children;
}

// The versions of a file, as far as the budget goes; true if none is left.
bool remove_versions(db::Transaction& tx, const SpaceId& space, const NodeId& file, std::size_t& budget) {
  constexpr db::Sql kFind = "SELECT id, blob_id, size FROM version WHERE node_id = ? ORDER BY no LIMIT ?";
  constexpr db::Sql kRemove = "DELETE FROM version WHERE id = ?";
  struct Row {
    Uuid id;
    std::optional<content::BlobId> blob;
    std::int64_t size;
  };
  std::vector<Row> versions;
  {
    auto rows = tx.query(kFind, file, budget + 1);
    while (rows.next())
      versions.push_back({.id = rows.uuid(0),
                          .blob = rows.is_null(1) ? std::nullopt : std::optional(rows.id<content::BlobId>(1)),
                          .size = rows.integer(2)});
  }
  const bool all = versions.size() <= budget;
  if (!all) versions.pop_back();
  std::int64_t bytes = 0;
  for (const auto& version : versions) {
    if (version.blob) content::release(tx, *version.blob, version.id, content::DoomCause::kPurged);
    tx.run(kRemove, version.id);
    bytes += version.size;
  }
  give_back_quota(tx, space, bytes);
  spend(budget, static_cast<std::int64_t>(versions.size()));
  return all;
}

// Where a node lay before, as far as the budget goes; true if nothing is left.
bool remove_past(db::Transaction& tx, const NodeId& node, std::size_t& budget) {
  constexpr db::Sql kRemove =
      "DELETE FROM node_past WHERE node_id = ? AND valid_from IN (SELECT valid_from FROM node_past WHERE node_id = ? LIMIT ?)";
  constexpr db::Sql kAny = "SELECT 1 FROM node_past WHERE node_id = ? LIMIT 1";
  spend(budget, tx.run(kRemove, node, node, budget));
  return !tx.query(kAny, node).next();
}

// A node without children; true if it is gone.
bool remove_leaf(db::Transaction& tx, const Node& node, std::size_t& budget) {
  constexpr db::Sql kGrants = "DELETE FROM access_grant WHERE node_id = ?";
  constexpr db::Sql kFolder = "DELETE FROM folder WHERE node_id = ?";
  constexpr db::Sql kNode = "DELETE FROM node WHERE id = ?";
  constexpr db::Sql kCount = "UPDATE folder SET children = children - 1, cut_children = cut_children - ? WHERE node_id = ?";
  if (budget == 0) return false;
  // The past first, then versions from the oldest on: until it is gone, a file shows its newest.
  if (!remove_past(tx, node.id, budget) || budget == 0) return false;
  if (!node.is_folder() && !remove_versions(tx, node.space, node.id, budget)) return false;
  spend(budget, tx.run(kGrants, node.id));
  if (node.is_folder()) spend(budget, tx.run(kFolder, node.id));
  spend(budget, tx.run(kNode, node.id));
  if (node.parent) tx.run(kCount, (node.flags & kCutsInheritance) != 0, *node.parent);
  return true;
}

}  // namespace

bool remove_for_good(db::Transaction& tx, const NodeId& top, std::size_t& budget) {
  std::vector<NodeId> way{top};
  while (!way.empty()) {
    if (budget == 0) return false;
    const auto node = find_node(tx, way.back());
    if (!node) {
      way.pop_back();
      continue;
    }
    const auto children = node->is_folder() ? some_children(tx, node->id, budget) : std::vector<Child>{};
    if (children.empty()) {
      if (!remove_leaf(tx, *node, budget)) return false;
      way.pop_back();
    } else if (children.front().is_folder) {
      way.push_back(children.front().id);
    } else {
      for (const auto& child : children) {
        const auto file = find_node(tx, child.id);
        if (file && !remove_leaf(tx, *file, budget)) return false;
      }
    }
  }
  return true;
}

bool remove_children_for_good(db::Transaction& tx, const NodeId& folder, std::size_t& budget) {
  while (budget > 0) {
    const auto children = some_children(tx, folder, budget);
    if (children.empty()) return true;
    for (const auto& child : children)
      if (!remove_for_good(tx, child.id, budget)) return false;
  }
  return false;
}

}  // namespace cairn::tree
