#include "cairn/tree/spot.h"

#include <fmt/format.h>

namespace cairn::tree {
namespace {

constexpr std::size_t kMostNumbers = std::size_t{1} << 40;

bool is_free(db::Snapshot& snapshot, const NodeId& folder, const Name& name, NameRule rule) {
  return !find_child(snapshot, folder, name, rule);
}

// The first numbered name in reach that is free, in steps that double: a folder with a thousand copies costs twenty looks.
Name free_name(db::Snapshot& snapshot, const NodeId& folder, const Name& name, NameRule rule) {
  std::size_t taken = 1;
  std::size_t free = 2;
  while (!is_free(snapshot, folder, name.numbered(free), rule)) {
    taken = free;
    free *= 2;
    if (free > kMostNumbers) throw Failure({ErrorCode::kAlreadyExists, "No numbered name is free.", "name"});
  }
  while (free - taken > 1) {
    const auto middle = taken + (free - taken) / 2;
    (is_free(snapshot, folder, name.numbered(middle), rule) ? free : taken) = middle;
  }
  return name.numbered(free);
}

}  // namespace

Spot find_spot(db::Snapshot& snapshot, const account::Principal& who, const NodeId& folder, const Name& name,
               OnConflict on_conflict, std::int64_t height, const std::optional<NodeId>& self) {
  auto access = authorize(snapshot, who, Action::kWrite, folder);
  require_room(access, height);
  auto space = require_space(snapshot, access.node.space);
  const auto rule = space.name_rule;
  Spot spot{.folder = std::move(access), .space = std::move(space), .name = name, .key = name.key(rule), .taken_by = {}};
  auto taken_by = find_child(snapshot, folder, name, rule);
  if (!taken_by || taken_by->id == self) return spot;
  switch (on_conflict) {
    case OnConflict::kFail:
      throw Failure({ErrorCode::kAlreadyExists, fmt::format("There is already something named {} here.", name.text()), "name"});
    case OnConflict::kRename:
      spot.name = free_name(snapshot, folder, name, rule);
      spot.key = spot.name.key(rule);
      return spot;
    case OnConflict::kReplace: spot.taken_by = std::move(taken_by); return spot;
  }
  std::unreachable();
}

void require_no_gain(const Spot& spot, const Access& moved) {
  if (spot.folder.role <= moved.role) return;
  throw Failure({ErrorCode::kDenied, "You have fewer rights on this than on that folder: copy it, or let its manager move it.",
                 "parent_id"});
}

void fill_spot(db::Transaction& tx, const Spot& spot, Node& node, const ledger::Stamp& stamp) {
  node.space = spot.space.id;
  node.parent = spot.folder.node.id;
  node.name = spot.name.text();
  node.valid_from = stamp.tick;
  node.rev = stamp.seq;
  insert_node(tx, node, spot.name, spot.key);
  count_children(tx, spot.folder.node.id, 1, 0, stamp.seq);
  raise_heights(tx, spot.folder.node, node.height);
}

}  // namespace cairn::tree
