#pragma once
#include <optional>
#include <vector>

#include "cairn/account/principal.h"
#include "cairn/db/transaction.h"
#include "cairn/tree/node.h"

namespace cairn::tree {

/// What somebody may do on a node and below it. Each includes those before it; the numbers stand in the database.
enum class Role : std::uint8_t {
  kNone = 0,
  kViewer = 1,
  kCommenter = 2,
  kEditor = 3,
  kManager = 4,
};

enum class Action : std::uint8_t {
  kRead,
  kReadHistory,  ///< former versions: for those who could make one
  kComment,
  kWrite,  ///< create, change, move, throw away, restore
  kShare,
  kPurge,  ///< remove for good
};

/// A node that somebody may act on, with what lies above it.
struct Access {
  Node node;
  Role role = Role::kNone;
  std::vector<Uuid> path{};    ///< ids of its ancestors, root first; in the trash up to the space's trash
  bool in_trash = false;       ///< it, or a folder above it, was thrown away
  bool space_manager = false;  ///< whom no cut of inheritance keeps out

  [[nodiscard]] std::size_t depth() const { return path.size(); }
  /// The path of its children.
  [[nodiscard]] std::vector<Uuid> path_below() const {
    auto below = path;
    below.push_back(node.id.uuid());
    return below;
  }
};

/// The one place that decides whether somebody may do something. Rights add up on the way from the space's root: the strongest
/// role that is not expired which any of the principal's subjects has on the node or an ancestor; above a folder that cuts
/// inheritance, only managers of the space count. What lies in the trash is there for those who could edit it where it was.
///
/// Throws Failure(kNotFound) if there is no such node or the principal may not even know of it, kDenied if it may not do that.
/// A write asks in its own transaction.
Access authorize(db::Snapshot& snapshot, const account::Principal& who, Action action, const NodeId& node);

/// True if any grant gives the principal something in a space.
[[nodiscard]] bool knows_space(db::Snapshot& snapshot, const account::Principal& who, const SpaceId& space);

/// Throws Failure(kDenied) unless the credential may be used for that.
void require_scope(const account::Principal& who, Action action);

/// The role alone, for nodes whose access is asked about, not demanded: kNone if there is no such node.
[[nodiscard]] Role role_on(db::Snapshot& snapshot, const account::Principal& who, const NodeId& node);

/// Of a folder's child that cuts inheritance: whether somebody with that access to the folder may enter it.
[[nodiscard]] bool may_enter_cut(db::Snapshot& snapshot, const account::Principal& who, const Access& folder,
                                 const NodeId& child);

}  // namespace cairn::tree
