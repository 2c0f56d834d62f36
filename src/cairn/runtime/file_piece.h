#pragma once
#include <cstddef>
#include <cstdint>

namespace cairn {

/// Bytes of an open file, to be sent by sendfile(2). Borrows the descriptor: whoever gives it says for how long.
struct FilePiece {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::size_t length = 0;
};

}  // namespace cairn
