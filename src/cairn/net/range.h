#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "cairn/net/http.h"

namespace cairn::net {

/// Some bytes of a representation, at least one.
struct Range {
  std::uint64_t offset;
  std::uint64_t length;

  friend bool operator==(const Range&, const Range&) = default;
};

struct Unsatisfiable {};  ///< answer 416

/// The range that a GET asks for (RFC 9110 §14.2), of a representation of `size` bytes with that strong ETag: nothing if the
/// whole is to be sent, since no range was asked for, or another unit, or several (which may be answered with the whole), or what
/// was sent is not well formed, or If-Range names another state.
[[nodiscard]] std::expected<std::optional<Range>, Unsatisfiable> requested_range(const Request& request, std::string_view etag,
                                                                                 std::uint64_t size);

/// `bytes 0-99/1234`.
[[nodiscard]] std::string content_range(const Range& range, std::uint64_t size);

}  // namespace cairn::net
