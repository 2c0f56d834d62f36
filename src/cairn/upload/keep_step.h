#pragma once
#include "cairn/content/claims.h"
#include "cairn/tree/find_node.h"
#include "cairn/upload/upload.h"

namespace cairn::upload {

/// Keeps what a step of a go has made durable: from now on this is the upload's offset. Throws Failure(kLocked) if another go has
/// taken it over, kNotFound if it was ended, kQuotaExceeded if more came than was reserved and the space is full, and as
/// authorize(kWrite).
struct KeepStep {
  account::Principal who{};
  Limits limits;
  tree::SpaceId space;
  UploadId id;
  std::int64_t fence = 0;
  std::optional<std::int64_t> size{};  ///< of the upload, as it is known now
  content::GrowthStep step;
  bool goes_on = false;  ///< the go keeps the upload; false: others may take it

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  Upload run(db::Transaction& tx) const;
};

/// A file that an upload became, with what its author may do with it.
struct Finished {
  Upload upload;
  tree::SeenNode seen;
};

/// Keeps the last step, and puts the file where it belongs. Throws Failure as KeepStep, PutFile and PutVersion; nothing is kept
/// then.
struct FinishUpload {
  tree::Request request;
  KeepStep keep;
  std::vector<std::byte> head;  ///< of the content

  [[nodiscard]] db::LaneKey lane() const { return keep.lane(); }
  Finished run(db::Transaction& tx) const;
};

/// Notes that an upload has become a file.
void note_done(db::Transaction& tx, Upload& upload, const tree::NodeId& node, const Limits& limits);

}  // namespace cairn::upload
