#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// True if the parameter `disposition` asks for the file in place. Throws Failure(kInvalidInput).
[[nodiscard]] bool wants_inline(const Call& call);

/// Sends what a file holds, or its former version that the parameter `version` names: with conditions, ranges, and, if
/// Want-Repr-Digest asks for it, its digest. Served so that nothing in it can act: as an attachment, or inline for a few harmless
/// kinds, always under a policy that forbids scripts.
[[nodiscard]] Task<net::Response> send_content(const Call& call, tree::NodeId file);

}  // namespace cairn::api
