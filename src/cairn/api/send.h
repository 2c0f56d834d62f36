#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// True if the parameter `disposition` asks for the file in place. Throws Failure(kInvalidInput).
[[nodiscard]] bool wants_inline(const Call& call);

/// The version of a file that the parameter `version` names; nothing if it is not there. Throws Failure(kNotFound) if it can be
/// none.
[[nodiscard]] std::optional<tree::VersionId> version_in(const Call& call);

/// Sends what a file holds: with conditions, ranges, and, if Want-Repr-Digest asks for it, its digest. Served so that nothing in
/// it can act: as an attachment, or inline for a few harmless kinds, always under a policy that forbids scripts. Throws
/// Failure(kPreconditionFailed), kCorrupt if the content is damaged.
[[nodiscard]] net::Response send_content(const Call& call, tree::ContentHandle handle);

}  // namespace cairn::api
