#pragma once
#include "cairn/api/call.h"

namespace cairn::api {

/// The folder at a path below another one, `a/b`; what is missing of it is made. Throws Failure as CreateFolder, and
/// kInvalidInput, before any folder is made, for a part that can be no name.
[[nodiscard]] Task<tree::NodeId> folder_below(const Call& call, tree::SpaceId space, tree::NodeId top, std::string path);

}  // namespace cairn::api
