#include "cairn/net/range.h"

#include <algorithm>

#include <fmt/format.h>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

// Digits alone; a number too large for us is past the end of everything.
std::optional<std::uint64_t> position(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return parse_unsigned(digits).value_or(~std::uint64_t{0});
}

}  // namespace

std::expected<std::optional<Range>, Unsatisfiable> requested_range(const Request& request, std::string_view etag,
                                                                   std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto field = request.header("range");
  if (!field || request.method != Method::kGet) return std::nullopt;
  // A date is no strong validator here, since the author of a file chooses it: only the very same tag is (RFC 9110 §13.1.5).
  if (const auto state = request.header("if-range"); state && *state != etag) return std::nullopt;
  if (!ascii_equals_ignoring_case(field->substr(0, kUnit.size()), kUnit)) return std::nullopt;
  const auto set = trimmed(field->substr(kUnit.size()));
  const auto dash = set.find('-');
  if (dash == std::string_view::npos || set.contains(',')) return std::nullopt;
  const auto first = set.substr(0, dash);
  const auto last = set.substr(dash + 1);
  if (first.empty()) {
    const auto length = position(last);
    if (!length) return std::nullopt;
    if (*length == 0 || size == 0) return std::unexpected(Unsatisfiable{});
    const auto sent = std::min(*length, size);
    return Range{.offset = size - sent, .length = sent};
  }
  const auto from = position(first);
  const auto to = last.empty() ? std::optional(~std::uint64_t{0}) : position(last);
  if (!from || !to || *to < *from) return std::nullopt;
  if (*from >= size) return std::unexpected(Unsatisfiable{});
  return Range{.offset = *from, .length = std::min(*to, size - 1) - *from + 1};
}

std::string content_range(const Range& range, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, size);
}

}  // namespace cairn::net
