#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// A page of a folder's children, as the parameters `sort`, `kind`, `cursor`, `limit` and `start` ask for it.
[[nodiscard]] Task<net::Response> list_folder(const Call& call, tree::NodeId folder);

}  // namespace cairn::api
