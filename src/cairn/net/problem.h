#pragma once
#include <string_view>

#include "cairn/base/error.h"
#include "cairn/net/http.h"

namespace cairn::net {

/// A problem document (RFC 9457): `type` is a stable path and names a page of the documentation, `detail` is one sentence that a
/// person can act on, `errors` names the field at fault where there is one. Never holds a secret, since an Error never does.
[[nodiscard]] Response problem(const Error& error, std::string_view request_id);

/// One that belongs to HTTP itself, such as 405 or 431; `type` is the last part of its path.
[[nodiscard]] Response problem(int status, std::string_view type, std::string_view detail, std::string_view request_id);

/// The status that an error has on HTTP.
[[nodiscard]] int status_of(ErrorCode code);

}  // namespace cairn::net
