#pragma once
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cairn/base/error.h"
#include "cairn/base/secret.h"
#include "cairn/base/time.h"

namespace cairn {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

[[nodiscard]] std::string_view name_of(LogLevel level);
[[nodiscard]] std::optional<LogLevel> log_level_named(std::string_view name);

/// One named value of a log line. The name is a literal of ours, in snake_case; the value may come from anywhere.
/// Secrets are masked by their type, and once more by their name (password, token, cookie, authorization, secret, key,
/// code).
struct LogField {
  using Value = std::variant<std::int64_t, double, bool, std::string_view>;

  template <class T>
  LogField(std::string_view field, const T& v) : name(field), value(as_value(v)) {}

  std::string_view name;
  Value value;

 private:
  template <class T>
  static Value as_value(const T& v) {
    if constexpr (std::is_same_v<T, bool>) {
      return v;
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<std::int64_t>(v);
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(v);
    } else if constexpr (std::is_same_v<T, Secret>) {
      return kMasked;
    } else {
      return std::string_view(v);
    }
  }
};

/// Writes one JSON object a line, trusted fields first: `{"time":…,"level":…,"event":…, fields…}`. All text is escaped,
/// and bytes that are no UTF-8 are replaced, so that nobody can forge a line or a field. A line is one write(2); a log
/// that cannot be written is dropped and counted, since the server must go on. Safe to call from any thread.
class Log {
 public:
  /// Writes to the file descriptor `output`, which stays the caller's.
  Log(int output, LogLevel level, const Clock& clock) : output_(output), level_(level), clock_(clock) {}

  /// `event` says what happened, as a fixed word of ours: `request.failed`, `lane.halted`.
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::kDebug, event, fields); }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::kInfo, event, fields); }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::kWarning, event, fields); }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) { write(LogLevel::kError, event, fields); }

  /// From now on, lines below `level` are left out.
  void set_level(LogLevel level) { level_ = level; }
  [[nodiscard]] bool writes(LogLevel level) const { return level >= level_; }

  /// Lines that could not be written.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

  const int output_;
  std::atomic<LogLevel> level_;
  std::atomic<std::uint64_t> dropped_{0};
  const Clock& clock_;
};

}  // namespace cairn
