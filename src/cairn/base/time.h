#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cairn {

/// A point of wall-clock time, in microseconds since 1970-01-01T00:00:00 UTC.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Where the time comes from; tests pass a clock that they turn by hand. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

/// RFC 3339 in UTC with milliseconds, as the API and the log write it: `2026-11-24T21:55:44.123Z`.
[[nodiscard]] std::string format_rfc3339(Instant when);

/// The inverse, for any RFC 3339 time between the years 1 and 9999: with an offset, `T` and `Z` in either case, fractions of a
/// second (cut to microseconds); nothing if it is none.
[[nodiscard]] std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace cairn
