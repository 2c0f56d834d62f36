#pragma once
#include <exception>
#include <functional>
#include <string_view>

#include "cairn/base/error.h"
#include "cairn/net/http.h"

namespace cairn::net {

/// A problem document (RFC 9457): `type` is a stable path and names a page of the documentation, `detail` is one sentence that a
/// person can act on, `errors` names the field at fault where there is one. Never holds a secret, since an Error never does.
[[nodiscard]] Response problem(const Error& error, std::string_view request_id);

/// One that belongs to HTTP itself, such as 405 or 431; `type` is the last part of its path.
[[nodiscard]] Response problem(int status, std::string_view type, std::string_view detail, std::string_view request_id);

/// Learns of a request that failed by the server's own fault.
using Failed = std::function<void(const Request&, std::string_view what)>;

/// The answer to what a handler has thrown: a Failure by its ErrorCode, anything else 500. What is the server's fault, and not
/// only its being full, is told to `failed`.
[[nodiscard]] Response problem_of(const std::exception_ptr& error, const Request& request, const Failed& failed);

/// The status that an error has on HTTP.
[[nodiscard]] int status_of(ErrorCode code);

}  // namespace cairn::net
