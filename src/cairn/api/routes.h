#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "cairn/api/call.h"
#include "cairn/net/router.h"

namespace cairn::api {

/// What a route needs of who asks. Rights on single nodes come on top: the operations look at those themselves.
enum class Needs : std::uint8_t {
  kNobody,    ///< anyone, and no credential is looked at
  kSignedIn,  ///< any credential
  kAccount,   ///< one that may be used for the person's own account
  kAdmin,     ///< an administrator's
};

/// Which conditions a change looks at.
enum class Guards : std::uint8_t {
  kNone,
  kIfMatch,
  kAll,  ///< If-None-Match: * too
};

/// One row of the table.
struct RouteRow {
  net::Method method;
  std::string_view path;
  Needs needs;
  std::vector<std::string_view> query;  ///< parameters that it takes; others are refused
  Task<net::Response> (*handle)(const Call& call);
  Guards guards = Guards::kNone;
};

/// All routes.
[[nodiscard]] const std::vector<RouteRow>& route_table();

[[nodiscard]] std::string_view name_of(Needs needs);

/// The routes as a server takes them. `services` outlive what is given.
[[nodiscard]] std::vector<net::Route> routes(const Services& services);

}  // namespace cairn::api
