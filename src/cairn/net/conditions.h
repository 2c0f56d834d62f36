#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/time.h"
#include "cairn/net/http.h"

namespace cairn::net {

/// What a request's conditions are compared with.
struct Validators {
  std::string etag{};                    ///< strong, with its quotes; empty: there is no such thing now
  std::optional<Instant> modified_at{};  ///< a second is its grain
};

enum class Precondition {
  kHolds,
  kNotModified,  ///< answer 304 with the same fields as 200, and no body
  kFailed,       ///< answer 412
};

/// Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of RFC 9110 §13.2.2. A field that is
/// not well formed is as one that never matches: for If-Match that means 412, for the others that the request is done.
[[nodiscard]] Precondition evaluate(const Request& request, const Validators& now);

/// A list of entity tags, as in If-Match.
struct EntityTags {
  bool any = false;  ///< `*`
  std::vector<std::string> strong{};
  std::vector<std::string> weak{};  ///< without `W/`
};
/// Of all fields of that name; nothing if there is none. What is not well formed matches nothing.
[[nodiscard]] std::optional<EntityTags> entity_tags(const Request& request, std::string_view field);

/// A date of RFC 9110 §5.6.7, in any of its three forms.
[[nodiscard]] std::optional<Instant> parse_http_date(std::string_view text);
/// As IMF-fixdate, the form to be sent.
[[nodiscard]] std::string http_date(Instant when);

}  // namespace cairn::net
