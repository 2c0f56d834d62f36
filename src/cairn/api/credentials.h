#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cairn/api/services.h"
#include "cairn/net/http.h"

namespace cairn::api {

/// Who sends a request, by its bearer token, or else by the browser's cookie.
struct Caller {
  account::Principal who;
  bool by_cookie = false;
};

/// Throws Failure(kUnauthenticated) if nobody that we know; kDenied for a change by cookie that does not prove that it comes from
/// a page of ours: a site of somebody else's could have the browser send it. An Authorization field is looked at alone: a cookie
/// beside it counts for nothing. `timing` as of Turn.
[[nodiscard]] Task<Caller> authenticate(const Services& services, const net::Request& request, Timing* timing);

/// Throws Failure(kDenied) unless the request comes from a page of ours, or from no page at all: by Sec-Fetch-Site and Origin.
void require_own_page(const Services& services, const net::Request& request);

/// The value of a cookie.
[[nodiscard]] std::optional<std::string_view> cookie_of(const net::Request& request, std::string_view name);

/// True if browsers reach us by HTTPS: on this connection, or through a proxy that speaks it, as all of the configured origins
/// say.
[[nodiscard]] bool is_secure(const Services& services, const net::Request& request);

/// What cookies are called. Over HTTPS the prefix `__Host-` makes browsers refuse one that another host or a plain connection has
/// set; without it the names are others, so that neither is taken for the other.
[[nodiscard]] std::string_view session_cookie(bool secure);
[[nodiscard]] std::string_view device_cookie(bool secure);

/// A Set-Cookie field. Without an age it goes with the browser; with 0 at once.
[[nodiscard]] std::string set_cookie(bool secure, std::string_view name, std::string_view value,
                                     std::optional<std::chrono::seconds> age);

}  // namespace cairn::api
