#include "cairn/app/progress_line.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace cairn::app {
namespace {

constexpr std::chrono::milliseconds kBetween{200};

}  // namespace

ProgressLine::ProgressLine() : to_person_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { take_away(); }

void ProgressLine::take_away() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

bool ProgressLine::is_due() const { return to_person_ && std::chrono::steady_clock::now() - last_ >= kBetween; }

void ProgressLine::show(std::string_view text) {
  last_ = std::chrono::steady_clock::now();
  shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
}

void ProgressLine::tell(std::string_view text) {
  take_away();
  fmt::print(stderr, "{}\n", text);
}

}  // namespace cairn::app
