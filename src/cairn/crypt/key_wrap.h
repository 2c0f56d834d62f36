#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "cairn/base/error.h"
#include "cairn/base/id.h"
#include "cairn/crypt/key.h"

namespace cairn::crypt {

/// A key, encrypted by another: nonce, ciphertext and tag (docs/formats/keys.md).
using WrappedKey = std::array<std::byte, 12 + Key::kBytes + 16>;

/// Where a wrapped key belongs. It opens in its own place only.
struct WrapPlace {
  Uuid scope;             ///< the space whose key it is or hangs on
  Uuid subject{};         ///< the segment whose key it is; zero for a scope key
  std::uint32_t version;  ///< of the wrapping key
};

[[nodiscard]] WrappedKey wrap(const Key& wrapping, const WrapPlace& place, const Key& key);

/// kCorrupt if it was wrapped for another place, by another key, or has been changed.
Result<Key> unwrap(const Key& wrapping, const WrapPlace& place, const WrappedKey& wrapped);

}  // namespace cairn::crypt
