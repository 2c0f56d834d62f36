#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// Puts the request's body into a folder under a name, as If-Match and If-None-Match allow: 201 with the new file, 200 if one was
/// replaced.
[[nodiscard]] Task<net::Response> put_into(const Call& call, tree::NodeId folder, tree::Name name, tree::OnConflict on_conflict);

/// The answer of a request that was done before, as its key says (was_done()), if it has the same bytes.
[[nodiscard]] Task<net::Response> repeat_put(const Call& call);

/// Gives a file the request's body as new content, if it is still what If-Match names.
[[nodiscard]] Task<net::Response> put_version(const Call& call, tree::NodeId file);

}  // namespace cairn::api
