#pragma once
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace cairn {

/// Text that must never be printed: a password, a token, a database address with credentials. It cannot be formatted,
/// logged or compared by accident; streams and the log show `***`. Its memory is wiped when it dies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret();

  /// The text itself, for the one place that uses it.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

inline constexpr std::string_view kMasked = "***";

inline std::ostream& operator<<(std::ostream& out, const Secret& /*never shown*/) { return out << kMasked; }

}  // namespace cairn
