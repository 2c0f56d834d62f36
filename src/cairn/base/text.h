#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Without the white space (space, tab, CR, LF) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The parts between separators, each trimmed; empty parts are left out.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// ASCII letters in lower case; all else as it is. For header names and host names, which are ASCII.
[[nodiscard]] std::string ascii_lowercase(std::string_view text);

/// True if both are the same but for the case of ASCII letters.
[[nodiscard]] bool ascii_equals_ignoring_case(std::string_view a, std::string_view b);

/// Lower-case hexadecimal, two digits a byte.
[[nodiscard]] std::string hex(std::span<const std::byte> bytes);

/// The inverse; nothing unless `text` is exactly what hex() gives for some bytes.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

/// base64url without padding (RFC 4648 §5), as tokens are written.
[[nodiscard]] std::string base64url(std::span<const std::byte> bytes);

/// The inverse; nothing unless `text` is exactly what base64url() gives for some bytes.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64url(std::string_view text);

/// base64 with padding (RFC 4648 §4), as HTTP's fields write it.
[[nodiscard]] std::string base64(std::span<const std::byte> bytes);

/// The inverse; nothing unless `text` is exactly what base64() gives for some bytes.
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

/// The whole text as a decimal number, without sign; nothing if it is anything else or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// The candidate that is most probably meant by `word`: at most a third of its letters differ. Nothing if none is near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace cairn
