#pragma once
#include "cairn/tree/spot.h"

namespace cairn::tree {

/// Makes a folder. Throws Failure as find_spot(); kInvalidInput for kReplace: a folder replaces nothing.
struct CreateFolder {
  Request request;
  SpaceId space{};  ///< the parent's: whose lane it goes through
  NodeId parent;
  Name name;
  OnConflict on_conflict = OnConflict::kFail;

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
