#pragma once
#include <cstddef>
#include <span>

namespace cairn {

/// Fills `into` from the kernel's generator (getrandom(2)): fit for keys and tokens. Never fails: a kernel without it
/// ends the process, since nothing here may go on with guessable numbers.
void fill_random(std::span<std::byte> into) noexcept;

}  // namespace cairn
