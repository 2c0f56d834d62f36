#pragma once
#include "cairn/tree/spot.h"

namespace cairn::tree {

/// Renames a node, moves it, notes another time for a file, or all of it. One row, whatever lies below. Throws Failure as
/// find_spot() authorize(kWrite) and require_folder() on the node; kPreconditionFailed; kInvalidInput for a root, for what lies
/// in the trash, for a move into itself and to another space.
struct MoveNode {
  Request request;
  SpaceId space{};
  NodeId node;
  std::optional<NodeId> parent{};
  std::optional<Name> name{};
  std::optional<Instant> modified_at{};
  OnConflict on_conflict = OnConflict::kFail;
  std::optional<std::int64_t> if_rev{};

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
