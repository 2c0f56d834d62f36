#pragma once
#include <string_view>

#include "cairn/net/http.h"

namespace cairn::net {

/// The trace that a request belongs to, 32 hexadecimal digits, as its `traceparent` says (W3C Trace Context, level 1); empty if
/// there is none, or one that is not well formed.
[[nodiscard]] std::string_view trace_id_of(const Request& request);

}  // namespace cairn::net
