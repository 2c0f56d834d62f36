#pragma once
#include "cairn/tree/spot.h"
#include "cairn/tree/version.h"

namespace cairn::tree {

/// Puts a file into a folder: a new one, or with kReplace a new version of the one of that name. Throws Failure as find_spot(),
/// kQuotaExceeded, kInvalidInput if a folder would be replaced.
struct PutFile {
  Request request;
  SpaceId space{};
  NodeId parent;
  Name name;
  NewContent content{};
  OnConflict on_conflict = OnConflict::kFail;

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
  /// Throws what run() would, as things are now: before anybody sends the bytes.
  void require_possible(db::Snapshot& snapshot) const;
};

/// Gives a file new content; the old stays as a former version. Throws Failure as authorize(kWrite), kQuotaExceeded,
/// kPreconditionFailed, kInvalidInput for a folder and for what lies in the trash.
struct PutVersion {
  Request request;
  SpaceId space{};
  NodeId node;
  NewContent content{};
  std::optional<VersionId> if_version{};  ///< only if this is still its content

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  Node run(db::Transaction& tx) const;
  /// As PutFile's.
  void require_possible(db::Snapshot& snapshot) const;
};

}  // namespace cairn::tree
