#include "cairn/base/setting_value.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "cairn/base/text.h"

namespace cairn {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

// Largest first: the written form takes the first that divides the value.
constexpr std::array<Unit, 5> kByteUnits{
    {{"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"", 1}}};
constexpr std::array<Unit, 5> kTimeUnits{{{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  const auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_unsigned(text.substr(0, unit_at));
  const auto unit = std::ranges::find(units, trimmed(text.substr(unit_at)), &Unit::name);
  if (!number || unit == units.end() || *number > UINT64_MAX / unit->size) return std::nullopt;
  return *number * unit->size;
}

std::string with_unit(std::uint64_t value, std::span<const Unit> units) {
  const auto unit = std::ranges::find_if(units, [&](const Unit& u) { return value != 0 && value % u.size == 0; });
  const auto& chosen = unit == units.end() ? units.back() : *unit;
  return fmt::format("{}{}", value / chosen.size, chosen.name);
}

std::string plain_number(std::uint64_t value) { return std::to_string(value); }
std::string byte_number(std::uint64_t value) { return with_unit(value, kByteUnits); }
std::string time_number(std::uint64_t value) { return with_unit(value, kTimeUnits); }

std::string range_text(SettingRange range, std::string (*number)(std::uint64_t)) {
  if (range.most == UINT64_MAX) return fmt::format(", at least {}", number(range.least));
  return fmt::format(", from {} to {}", number(range.least), number(range.most));
}

Result<std::uint64_t> checked(std::optional<std::uint64_t> number, SettingPlace place, SettingRange range) {
  if (!number || *number < range.least || *number > range.most)
    return failure(ErrorCode::kInvalidInput, "must be " + describe_type(place, range));
  return *number;
}

struct SetFromText {
  SettingPlace place;
  std::string_view text;
  SettingRange range;

  Result<void> operator()(std::string* target) const {
    *target = text;
    return {};
  }
  Result<void> operator()(Secret* target) const {
    *target = Secret(std::string(text));
    return {};
  }
  Result<void> operator()(bool* target) const {
    if (text != "true" && text != "false") return wrong();
    *target = text == "true";
    return {};
  }
  Result<void> operator()(std::uint64_t* target) const {
    const auto number = checked(parse_unsigned(text), place, range);
    if (!number) return failure(number);
    *target = *number;
    return {};
  }
  Result<void> operator()(ByteCount* target) const {
    const auto number = checked(parse_with_unit(text, kByteUnits), place, range);
    if (!number) return failure(number);
    target->bytes = *number;
    return {};
  }
  Result<void> operator()(std::chrono::milliseconds* target) const {
    const auto number = checked(parse_with_unit(text, kTimeUnits), place, range);
    if (!number) return failure(number);
    *target = std::chrono::milliseconds(*number);
    return {};
  }
  Result<void> operator()(std::vector<std::string>* target) const {
    const auto parts = split(text, kListSeparator);
    target->assign(parts.begin(), parts.end());
    return {};
  }
  Result<void> operator()(LogLevel* target) const {
    const auto level = log_level_named(text);
    if (!level) return wrong();
    *target = *level;
    return {};
  }

  [[nodiscard]] std::unexpected<Error> wrong() const {
    return failure(ErrorCode::kInvalidInput, "must be " + describe_type(place, range));
  }
};

struct Shown {
  std::string operator()(const std::string* value) const { return *value; }
  std::string operator()(const Secret* value) const { return value->empty() ? "" : std::string(kMasked); }
  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const std::uint64_t* value) const { return plain_number(*value); }
  std::string operator()(const ByteCount* value) const { return byte_number(value->bytes); }
  std::string operator()(const std::chrono::milliseconds* value) const {
    return time_number(static_cast<std::uint64_t>(value->count()));
  }
  std::string operator()(const std::vector<std::string>* value) const { return fmt::format("{}", fmt::join(*value, ", ")); }
  std::string operator()(const LogLevel* value) const { return std::string(name_of(*value)); }
};

struct DescribeType {
  SettingRange range;

  std::string operator()(const std::string*) const { return "text"; }
  std::string operator()(const Secret*) const { return "secret text"; }
  std::string operator()(const bool*) const { return "true or false"; }
  std::string operator()(const std::uint64_t*) const { return "a number" + range_text(range, plain_number); }
  std::string operator()(const ByteCount*) const { return "a size such as 64KiB" + range_text(range, byte_number); }
  std::string operator()(const std::chrono::milliseconds*) const {
    return "a duration such as 75s" + range_text(range, time_number);
  }
  std::string operator()(const std::vector<std::string>*) const { return "a list"; }
  std::string operator()(const LogLevel*) const { return "debug, info, warning or error"; }
};

}  // namespace

Result<void> set_from_text(SettingPlace place, std::string_view text, SettingRange range) {
  return std::visit(SetFromText{place, text, range}, place);
}

std::string shown(SettingPlace place) { return std::visit(Shown{}, place); }

bool same_value(SettingPlace a, SettingPlace b) {
  const auto* const* secret_a = std::get_if<Secret*>(&a);
  const auto* const* secret_b = std::get_if<Secret*>(&b);
  if (secret_a != nullptr && secret_b != nullptr) return (*secret_a)->reveal() == (*secret_b)->reveal();
  return shown(a) == shown(b);
}

std::string describe_type(SettingPlace place, SettingRange range) { return std::visit(DescribeType{range}, place); }

}  // namespace cairn
