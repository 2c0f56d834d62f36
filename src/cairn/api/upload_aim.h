#pragma once
#include "cairn/api/call.h"
#include "cairn/api/tus_fields.h"

namespace cairn::api {

/// Where an upload goes.
struct UploadAim {
  tree::SpaceId space{};
  upload::Destination to{};
};

/// What Upload-Metadata says of it. Folders on the way are made. A part may leave its name to the end. Throws
/// Failure(kInvalidInput), and as authorize(kWrite).
[[nodiscard]] Task<UploadAim> aim_of(const Call& call, Metadata metadata, bool is_part);

}  // namespace cairn::api
