#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// Puts the request's body into a folder under a name: 201 with the new file, 200 if one was replaced.
[[nodiscard]] Task<net::Response> put_into(const Call& call, tree::NodeId folder, tree::Name name, tree::OnConflict on_conflict);

/// Gives a file the request's body as new content, if it is still what If-Match names.
[[nodiscard]] Task<net::Response> put_version(const Call& call, tree::NodeId file);

}  // namespace cairn::api
