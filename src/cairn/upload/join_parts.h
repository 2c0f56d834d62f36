#pragma once
#include "cairn/content/content.h"
#include "cairn/upload/keep_step.h"

namespace cairn::upload {

/// Makes one file of parts that have come whole, in their order: rows change, no byte is copied. The parts are used up. Throws
/// Failure as PutFile and PutVersion; as require_upload() for each part; kConflict if one has not come whole, kInvalidInput if
/// there are none or too many, one comes twice, is no part, or was begun for another space.
struct JoinParts {
  tree::Request request;
  const content::Content* content = nullptr;  ///< outlives the operation
  Limits limits{};
  tree::SpaceId space;  ///< of the destination
  std::vector<UploadId> parts;
  Destination to;
  std::string metadata{};
  std::string said{};             ///< the list of parts, as the client has sent it
  std::vector<std::byte> head{};  ///< of the first part

  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  Finished run(db::Transaction& tx) const;

 private:
  [[nodiscard]] std::vector<Upload> find_parts(db::Transaction& tx) const;
};

}  // namespace cairn::upload
