#pragma once
#include <vector>

#include "cairn/tree/rights.h"
#include "cairn/tree/spot.h"

namespace cairn::tree {

/// Throws a node away: into the space's trash, from where it can be restored. Constant time, whatever lies below. Throws Failure
/// as authorize(kWrite) and require_folder(), kPreconditionFailed, kInvalidInput for a root and for what lies in the trash
/// already.
struct TrashNode {
  Request request;
  SpaceId space{};
  NodeId node;
  std::optional<std::int64_t> if_rev{};

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
};

/// Puts a node from the trash back where it lay, or elsewhere. If that folder is gone, or thrown away itself, into the root.
/// Throws Failure as find_spot(), and require_no_gain() for another folder; kDenied unless the folder where it lay may be
/// changed, if there still is one; kNotFound if it was not thrown away (what lies in a folder that was is restored with that).
struct RestoreNode {
  Request request;
  SpaceId space{};
  NodeId node;
  std::optional<NodeId> to{};
  OnConflict on_conflict = OnConflict::kRename;

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
};

/// What was thrown away.
struct TrashItem {
  Node node;
  NodeId from_parent;
  account::PersonId by;
  std::int64_t at = 0;      ///< tick
  Role role = Role::kNone;  ///< what the one who looks may do with it
};

/// Where a page of the trash begins: after what was thrown away at that tick.
struct TrashPlace {
  std::int64_t at = kUnlimited;
  NodeId node{};
};

/// Some of what a trash holds. A page may hold less than asked for and still not be the last.
struct TrashPage {
  std::vector<TrashItem> items{};
  std::optional<TrashPlace> next{};  ///< none on the last page
};

/// The trash of a space, the newest first, as far as the principal may see it. Throws Failure(kNotFound) if it may not know of
/// the space, kDenied for a credential that reads no files.
struct ListTrash {
  account::Principal who;
  SpaceId space{};
  TrashPlace before{};
  std::size_t limit = 100;

  TrashPage run(db::Snapshot& snapshot) const;
};

/// What lies in a spot that it is to be given up for goes to the trash. Throws Failure as authorize(kWrite) on it.
void make_way(db::Transaction& tx, const Request& request, const Spot& spot);

/// Moves a node into the trash, for the operations that throw it away: authorized by them. Gives the node as it is there.
Node put_into_trash(db::Transaction& tx, const Request& request, const Space& space, const Access& access);

}  // namespace cairn::tree
