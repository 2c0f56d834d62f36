#pragma once
#include "cairn/content/content.h"
#include "cairn/upload/upload.h"

namespace cairn::upload {

/// What a go begins with.
struct Taken {
  Upload upload;
  content::Manifest manifest;
  std::vector<std::byte> note;
};

/// Takes an upload for a go of its own: nobody else goes on with it before the go ends, or is silent for longer than its lease.
/// Throws Failure as require_upload(), kLocked if another go is under way, kConflict if the bytes do not begin where it has
/// stopped, kInvalidInput if they reach beyond its size, kDenied for one that was joined of parts or if its author may not write
/// there any more, kQuotaExceeded.
struct TakeUpload {
  account::Principal who;
  const content::Content* content = nullptr;  ///< outlives the operation
  Limits limits;
  tree::SpaceId space;
  UploadId id;
  std::int64_t offset = 0;
  std::optional<std::int64_t> coming{};    ///< bytes of this go, if they are announced
  std::optional<std::int64_t> declared{};  ///< its size, told now; kept with its bytes
  Uuid holder;

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  Taken run(db::Transaction& tx) const;

 private:
  void require_fitting(const Upload& upload) const;
};

/// Keeps more room free for a go of an upload whose size is not known. Throws Failure(kQuotaExceeded), and as RenewLease.
struct ReserveMore {
  tree::SpaceId space;
  UploadId id;
  std::int64_t fence = 0;
  std::int64_t reserved = 0;  ///< in all

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  void run(db::Transaction& tx) const;
};

/// Prolongs the lease of a go. Throws Failure(kLocked) if the upload was taken over, kNotFound if it is no more.
struct RenewLease {
  tree::SpaceId space;
  UploadId id;
  std::int64_t fence = 0;
  std::chrono::microseconds lease;

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  void run(db::Transaction& tx) const;
};

/// Ends a go that has kept nothing: others may take the upload, and what was reserved for it alone is free again. One that is not
/// the upload's last any more changes nothing.
struct ReleaseUpload {
  tree::SpaceId space;
  UploadId id;
  std::int64_t fence = 0;

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  void run(db::Transaction& tx) const;
};

/// Ends the leases of all goes. Only before any go begins, where no other process has one: they died with the one before.
struct EndAllLeases {
  [[nodiscard]] static db::LaneKey lane() { return {}; }
  static void run(db::Transaction& tx);
};

/// What is said when a go is not the upload's last any more.
[[nodiscard]] Error lost_lease(db::Snapshot& snapshot, const UploadId& id);

}  // namespace cairn::upload
