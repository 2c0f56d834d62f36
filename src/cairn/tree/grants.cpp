#include "cairn/tree/grants.h"

namespace cairn::tree {

void add_grant(db::Transaction& tx, const NewGrant& grant, const ledger::Stamp& stamp) {
  constexpr db::Sql kAdd =
      "INSERT INTO access_grant (id, node_id, subject_id, role, expires_at, by_id, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?)";
  constexpr db::Sql kFlag = "UPDATE node SET flags = flags | 1 WHERE id = ?";
  remove_grant(tx, grant.node, grant.subject);
  tx.run(kAdd, GrantId::make(tx.now()), grant.node, grant.subject, static_cast<int>(grant.role), grant.expires_at, grant.by,
         stamp.tick);
  tx.run(kFlag, grant.node);
}

void remove_grant(db::Transaction& tx, const NodeId& node, const Uuid& subject) {
  constexpr db::Sql kRemove = "DELETE FROM access_grant WHERE node_id = ? AND subject_id = ?";
  constexpr db::Sql kFlag =
      "UPDATE node SET flags = flags & ~1 WHERE id = ? AND NOT EXISTS (SELECT 1 FROM access_grant WHERE node_id = node.id)";
  if (tx.run(kRemove, node, subject) > 0) tx.run(kFlag, node);
}

void set_cut(db::Transaction& tx, const NodeId& folder, bool cut, const ledger::Stamp& stamp) {
  constexpr db::Sql kSet = "UPDATE node SET flags = (flags & ~2) | ?, rev = ? WHERE id = ?";
  const auto node = find_node(tx, folder);
  if (!node || !node->parent || !node->is_folder())
    throw Failure({ErrorCode::kInvalidInput, "Only a folder below a root can be cut off."});
  const bool was_cut = (node->flags & kCutsInheritance) != 0;
  if (was_cut == cut) return;
  tx.run(kSet, cut ? kCutsInheritance : 0, stamp.seq, folder);
  count_children(tx, *node->parent, 0, cut ? 1 : -1, stamp.seq);
}

}  // namespace cairn::tree
