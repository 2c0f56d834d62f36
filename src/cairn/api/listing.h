#pragma once
#include "cairn/api/call.h"
#include "cairn/net/http.h"
#include "cairn/tree/list_folder.h"

namespace cairn::api {

/// What the parameters `sort`, `kind`, `cursor`, `limit` and `start` ask for. Throws Failure(kInvalidInput).
[[nodiscard]] tree::ListFolder wanted_listing(const Call& call);

/// That page of a folder's children.
[[nodiscard]] Task<net::Response> list_folder(const Call& call, tree::ListFolder list);

}  // namespace cairn::api
