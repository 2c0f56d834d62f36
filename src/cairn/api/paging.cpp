#include "cairn/api/paging.h"

#include "cairn/base/text.h"

namespace cairn::api {

std::size_t page_limit(const Call& call) {
  constexpr std::int64_t kUsual = 100;
  constexpr std::int64_t kMost = 1'000;
  return static_cast<std::size_t>(call.number("limit", 1, kMost).value_or(kUsual));
}

std::string cursor_of(std::string_view place) { return base64url(std::as_bytes(std::span(place))); }

std::optional<std::string> place_in(const Call& call) {
  const auto cursor = call.parameter("cursor");
  if (!cursor) return std::nullopt;
  const auto bytes = from_base64url(*cursor);
  if (!bytes) throw no_such_cursor();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Failure no_such_cursor() { return Failure({ErrorCode::kInvalidInput, "This cursor is none that was given out.", "cursor"}); }

}  // namespace cairn::api
