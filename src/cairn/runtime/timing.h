#pragma once
#include <chrono>

namespace cairn {

/// What a request has waited for, the waiting in queues included. Only the request's own coroutine writes it.
struct Timing {
  std::chrono::nanoseconds database{};
  std::chrono::nanoseconds store{};
};

/// Adds the time that it lives to a part of a timing; without a timing it does nothing.
class Stopwatch {
 public:
  using Part = std::chrono::nanoseconds Timing::*;

  Stopwatch(Timing* timing, Part part) : timing_(timing), part_(part) {
    if (timing_ != nullptr) began_ = std::chrono::steady_clock::now();
  }
  ~Stopwatch() {
    if (timing_ != nullptr) timing_->*part_ += std::chrono::steady_clock::now() - began_;
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Timing* const timing_;
  const Part part_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace cairn
