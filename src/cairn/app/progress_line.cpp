#include "cairn/app/progress_line.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "cairn/app/exit_code.h"

namespace cairn::app {
namespace {

constexpr std::chrono::milliseconds kBetween{200};

// Standard error may be closed, or a disk that is full: the work goes on.
void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

ProgressLine::ProgressLine() : to_person_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
  if (shown_) put("\r\x1b[K");
  shown_ = false;
}

bool ProgressLine::is_due() const { return to_person_ && std::chrono::steady_clock::now() - last_ >= kBetween; }

void ProgressLine::show(std::string_view text) {
  last_ = std::chrono::steady_clock::now();
  shown_ = true;
  put(fmt::format("\r\x1b[K{}", text));
}

void ProgressLine::tell(std::string_view text) {
  clear();
  warn(std::string(text));
}

}  // namespace cairn::app
