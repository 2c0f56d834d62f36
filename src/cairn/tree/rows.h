#pragma once
// The rows of nodes, as the operations of this folder read and write them. Nothing here authorizes.

#include <optional>
#include <span>
#include <vector>

#include "cairn/db/transaction.h"
#include "cairn/ledger/stream.h"
#include "cairn/tree/name.h"
#include "cairn/tree/node.h"

// The columns that node_of() reads, in its order. A macro, since a statement is one literal.
#define CAIRN_NODE_COLUMNS                                                                                                  \
  "id, space_id, parent_id, kind, name, version_id, version_no, size, modified_at, modified_by, media_type, height, flags," \
  " valid_from, rev, created_at, created_by"

namespace cairn::tree {

/// "For ever" and "no limit" in the database, so that no arithmetic meets a NULL.
inline constexpr std::int64_t kUnlimited = std::int64_t{1} << 62;

/// A space, as it is stored.
struct Space {
  SpaceId id;
  account::PersonId owner;
  NodeId root;
  NodeId trash;
  NameRule name_rule = NameRule::kExact;
  std::string name;
  bool personal = true;

  [[nodiscard]] ledger::StreamId stream() const { return ledger::StreamId(id.uuid()); }
  [[nodiscard]] const Uuid& key_scope() const { return id.uuid(); }
};

[[nodiscard]] std::optional<Space> find_space(db::Snapshot& snapshot, const SpaceId& id);
/// Throws Failure(kNotFound).
[[nodiscard]] Space require_space(db::Snapshot& snapshot, const SpaceId& id);

[[nodiscard]] Node node_of(const db::Rows& rows);
[[nodiscard]] std::optional<Node> find_node(db::Snapshot& snapshot, const NodeId& id);
/// The child of a folder under that name, by the space's rule.
[[nodiscard]] std::optional<Node> find_child(db::Snapshot& snapshot, const NodeId& folder, const Name& name, NameRule rule);

/// What a folder knows of its children.
struct FolderCount {
  std::int64_t children = 0;
  std::int64_t cut_children = 0;  ///< those that cut inheritance: not everybody sees them
  std::int64_t seq = 0;           ///< of the last change among them
};
[[nodiscard]] FolderCount count_of(db::Snapshot& snapshot, const NodeId& folder);

/// Writes a new node; a folder gets its count too. `key` as Name::key().
void insert_node(db::Transaction& tx, const Node& node, const Name& name, std::string_view key);

/// Counts `number` more (or fewer) children of a folder, `cut` of which cut inheritance.
void count_children(db::Transaction& tx, const NodeId& folder, std::int64_t number, std::int64_t cut, std::int64_t seq);

/// A place for a node.
struct Placement {
  NodeId parent;
  Name name;
  std::string key;
};

/// Notes where a node lay until now, before it is placed elsewhere.
void close_placement(db::Transaction& tx, const Node& node, const ledger::Stamp& stamp);

/// Places a node, in rows and in `node`: parent, name and keys as given, valid_from and rev by `stamp`. Counts it in both
/// folders.
void place_node(db::Transaction& tx, Node& node, const Placement& to, const ledger::Stamp& stamp);

/// Notes in a folder and all above it that something of `height` levels lies in it now.
void raise_heights(db::Transaction& tx, const Node& folder, std::int64_t height);

/// The nodes of a subtree, itself included, counted up to `limit` + 1.
[[nodiscard]] std::size_t count_subtree(db::Snapshot& snapshot, const NodeId& top, std::size_t limit);

/// A page of a folder's children in the order of their keys, after `after`.
struct KeyedNode {
  Node node;
  std::string key;
};
[[nodiscard]] std::vector<KeyedNode> children_by_key(db::Snapshot& snapshot, const NodeId& folder, std::string_view after,
                                                     std::size_t limit);

/// The bytes of a text, as names are bound.
[[nodiscard]] inline db::Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
[[nodiscard]] inline std::string_view text_of(db::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace cairn::tree
