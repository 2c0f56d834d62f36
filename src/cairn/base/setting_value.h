#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/settings.h"

namespace cairn {

/// Where a setting is kept: a place inside a Settings, by its type.
using SettingPlace = std::variant<std::string*, bool*, std::uint64_t*, ByteCount*, std::chrono::milliseconds*,
                                  std::vector<std::string>*, LogLevel*, Secret*>;

/// What a number may be, ends included, in the setting's own unit (a count, bytes, milliseconds). Other types ignore
/// it.
struct SettingRange {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
};

/// Sets `place` from its written form: `true`, `20000`, `64KiB`, `250ms`, `75s`, `a, b` for a list. Leaves it unchanged
/// and says what is allowed if the text is something else or the value lies outside `range`. The error never repeats a
/// secret.
Result<void> set_from_text(SettingPlace place, std::string_view text, SettingRange range);

/// The written form; set_from_text gives the same value back. A secret shows as `***`, or as nothing if it is empty.
std::string shown(SettingPlace place);

/// True if both places, which hold the same type, hold the same value; secrets are compared by what they hide.
bool same_value(SettingPlace a, SettingPlace b);

/// What the written form looks like, for documents: "a duration such as 75s, from 1s to 1h".
std::string describe_type(SettingPlace place, SettingRange range);

/// Several values are written with commas between them.
inline constexpr char kListSeparator = ',';

}  // namespace cairn
