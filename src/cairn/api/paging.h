#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "cairn/api/call.h"

namespace cairn::api {

/// Items on a page: the parameter `limit`, 100 unless it is there, at most 1,000. Throws Failure(kInvalidInput).
[[nodiscard]] std::size_t page_limit(const Call& call);

/// A place as clients get it: opaque.
[[nodiscard]] std::string cursor_of(std::string_view place);
/// The parameter `cursor` as cursor_of() took it; nothing if there is none. Throws Failure(kInvalidInput).
[[nodiscard]] std::optional<std::string> place_in(const Call& call);

/// What is said of a cursor that was never given out.
[[nodiscard]] Failure no_such_cursor();

}  // namespace cairn::api
