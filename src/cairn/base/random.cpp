#include "cairn/base/random.h"

#include <cerrno>
#include <exception>

#include <sys/random.h>

namespace cairn {

void fill_random(std::span<std::byte> into) noexcept {
  while (!into.empty()) {
    const auto got = getrandom(into.data(), into.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::terminate();
    }
    into = into.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace cairn
