#pragma once
#include <cstdint>

namespace cairn::ledger {

/// The ten seconds in which a tick lies, by number: the grain in which it is noted which streams changed.
[[nodiscard]] constexpr std::int64_t dirty_bucket(std::int64_t tick) { return tick / 10'000'000; }

}  // namespace cairn::ledger
