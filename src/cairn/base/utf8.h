#pragma once
#include <string>
#include <string_view>

namespace cairn {

/// True if `bytes` is UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

/// The text, each byte that belongs to no valid sequence replaced by U+FFFD.
[[nodiscard]] std::string with_valid_utf8(std::string_view bytes);

/// The text as a terminal may show it: bytes that belong to no valid sequence, and control characters, as `\xHH`. A name may
/// otherwise hold what moves the cursor or takes a line for two.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace cairn
