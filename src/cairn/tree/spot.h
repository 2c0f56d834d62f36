#pragma once
#include <optional>

#include "cairn/tree/request.h"
#include "cairn/tree/rights.h"

namespace cairn::tree {

/// A free place under a name in a folder, found out by find_spot().
struct Spot {
  Access folder;
  Space space;
  Name name;
  std::string key;
  std::optional<Node> taken_by;  ///< what lies there and is to be replaced

  [[nodiscard]] Placement placement() const { return {.parent = folder.node.id, .name = name, .key = key}; }
};

/// Looks whether something may be put into a folder under a name, and what to do if the name is taken by another node than
/// `self`. Throws Failure: as authorize(kWrite) and require_room(), kAlreadyExists (subject `name`) if it is taken.
Spot find_spot(db::Snapshot& snapshot, const account::Principal& who, const NodeId& folder, const Name& name,
               OnConflict on_conflict, std::int64_t height, const std::optional<NodeId>& self = std::nullopt);

/// Throws Failure(kDenied) if somebody had more rights on a node in its spot than where it is: nobody becomes manager of what
/// others own by moving it.
void require_no_gain(const Spot& spot, const Access& moved);

/// Writes a new node into its spot: row, count, heights. Its place, times and revision come from the spot and the stamp.
void fill_spot(db::Transaction& tx, const Spot& spot, Node& node, const ledger::Stamp& stamp);

}  // namespace cairn::tree
