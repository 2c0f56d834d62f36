#pragma once
#include "cairn/upload/upload.h"

namespace cairn::upload {

/// Ends an upload for good: what came of it goes, and its room is free again. A go under way loses it. Throws as
/// require_upload(), but for one whose time is over.
struct EndUpload {
  account::Principal who;
  tree::SpaceId space;
  UploadId id;

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  void run(db::Transaction& tx) const;
};

/// Ends uploads whose author or space is gone, among `batch` of them behind `after`. Gives where to go on; nothing at their end.
struct EndLost {
  UploadId after{};
  std::size_t batch = 1'000;

  [[nodiscard]] static db::LaneKey lane() { return {}; }
  std::optional<UploadId> run(db::Transaction& tx) const;
};

/// Ends uploads whose time is over, at most `batch`, and forgets what became of those that are done. Gives how many went.
struct EndExpired {
  std::size_t batch = 1'000;

  [[nodiscard]] static db::LaneKey lane() { return {}; }
  std::size_t run(db::Transaction& tx) const;
};

}  // namespace cairn::upload
