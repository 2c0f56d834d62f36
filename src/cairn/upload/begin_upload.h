#pragma once
#include "cairn/upload/upload.h"

namespace cairn::upload {

/// Begins an upload: reserves its room, if its size is known, and looks whether it could be placed as things are now. Throws
/// Failure as PutFile and PutVersion, kQuotaExceeded, kTooManyUploads if its author has too many open.
struct BeginUpload {
  tree::Request request;
  Limits limits{};
  tree::SpaceId space;  ///< of the destination
  Kind kind = Kind::kWhole;
  std::optional<std::int64_t> size{};
  std::int64_t coming = 0;  ///< bytes that come with it
  Destination to;
  std::string metadata{};
  std::optional<Uuid> holder{};  ///< who goes on with it at once; none: nobody yet

  struct Begun {
    Upload upload;
    bool fresh = true;  ///< false: this very request has begun it before
  };
  [[nodiscard]] db::LaneKey lane() const { return tree::lane_of(space); }
  Begun run(db::Transaction& tx) const;
};

}  // namespace cairn::upload
