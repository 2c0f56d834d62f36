#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/error.h"

namespace cairn::tree {

/// When two names in a folder are the same. The numbers stand in the database.
enum class NameRule : std::uint8_t {
  kExact = 0,
  kIgnoreCase = 1,  ///< for people whose own machines see it so
};

inline constexpr std::size_t kLongestName = 255;

/// The name of a node: valid, NFC, with what it sorts by. No path is ever built from one.
class Name {
 public:
  /// 1 to 255 bytes of UTF-8 once composed (NFC), without `/` and control characters (category Cc), not `.` or `..`.
  /// kInvalidInput, subject `name`.
  static Result<Name> check(std::string_view name);

  [[nodiscard]] const std::string& text() const { return text_; }

  /// Under what it is unique in its folder.
  [[nodiscard]] std::string key(NameRule rule) const;

  /// The key of Unicode's root collation, numbers by their value, cut to 96 bytes: names that differ may have the same.
  [[nodiscard]] const std::vector<std::byte>& sort_key() const { return sort_key_; }

  /// `report.pdf` → `report (2).pdf`; the stem is shortened if need be.
  [[nodiscard]] Name numbered(std::size_t number) const;

 private:
  explicit Name(std::string text);

  std::string text_;
  std::vector<std::byte> sort_key_;
};

}  // namespace cairn::tree
