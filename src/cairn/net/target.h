#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cairn/base/error.h"

namespace cairn::net {

/// Takes percent-encoding off (RFC 3986 §2.1); nothing if a `%` is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// Encodes all but letters, digits and `-._~`, and `/` if it is to be kept.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slashes);

/// The names and values of a query, or of a form (`application/x-www-form-urlencoded`). kInvalidInput if it is not well formed,
/// or a name comes twice, which two programs could read in two ways.
using Parameters = std::vector<std::pair<std::string, std::string>>;
Result<Parameters> parse_parameters(std::string_view text);

}  // namespace cairn::net
