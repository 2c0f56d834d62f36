#pragma once
#include "cairn/base/time.h"

namespace cairn {

/// A clock that a test turns by hand.
class TurnedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  void turn(std::chrono::microseconds by) { now_ += by; }

 private:
  Instant now_{std::chrono::hours(24 * 365 * 50)};
};

}  // namespace cairn
