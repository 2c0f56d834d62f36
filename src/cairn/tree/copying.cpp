#include "cairn/tree/copying.h"

namespace cairn::tree {

Node copy_one(db::Transaction& tx, const account::Principal& who, const Node& source, const NodeId& id, const Placement& to,
              const ledger::Stamp& stamp) {
  const auto now = tx.now();
  Node copy{.id = id,
            .space = source.space,
            .parent = to.parent,
            .kind = source.kind,
            .name = to.name.text(),
            .modified_at = now,
            .modified_by = who.person,
            .valid_from = stamp.tick,
            .rev = stamp.seq,
            .created_at = now,
            .created_by = who.person};
  if (source.version) {
    const auto version = find_version(tx, *source.version);
    if (!version) throw Failure({ErrorCode::kCorrupt, "A file's version is missing."});
    add_same_version(tx, who, copy, *version, stamp);
  }
  insert_node(tx, copy, to.name, to.key);
  count_children(tx, to.parent, 1, 0, stamp.seq);
  return copy;
}

CopiedChildren copy_children(db::Transaction& tx, const account::Principal& who, const Access& source, const NodeId& target,
                             NameRule rule, std::string_view after, std::size_t limit, const ledger::Stamp& stamp) {
  CopiedChildren result;
  const auto children = children_by_key(tx, source.node.id, after, limit);
  result.looked_at = children.size();
  if (children.size() == limit) result.after = children.back().key;
  for (const auto& [child, key] : children) {
    const bool cut = (child.flags & kCutsInheritance) != 0;
    if (cut && !may_enter_cut(tx, who, source, child.id)) continue;
    const auto name = value_or_throw(Name::check(child.name));
    const auto copy =
        copy_one(tx, who, child, NodeId::make(tx.now()), {.parent = target, .name = name, .key = name.key(rule)}, stamp);
    if (copy.is_folder()) result.folders.push_back({.source = child.id, .target = copy.id});
    ++result.copied;
  }
  if (result.copied > 0) {
    const auto folder = find_node(tx, target);
    if (folder) raise_heights(tx, *folder, 0);
  }
  return result;
}

}  // namespace cairn::tree
