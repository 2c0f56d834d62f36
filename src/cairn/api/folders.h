#pragma once
#include "cairn/api/call.h"

namespace cairn::api {

/// The folder of that name in another one: what lies there, or a new one, whoever was faster. Throws Failure as CreateFolder.
[[nodiscard]] Task<tree::NodeId> child_folder(const Call& call, tree::SpaceId space, tree::NodeId parent, tree::Name name);

/// The folder at a path below another one, `a/b`; what is missing of it is made.
[[nodiscard]] Task<tree::NodeId> folder_below(const Call& call, tree::SpaceId space, tree::NodeId top, std::string path);

}  // namespace cairn::api
