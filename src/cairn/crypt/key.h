#pragma once
// crypt/: sealing (CFE1), key wrapping and derivation, digests. Knows no stores, no databases and no users; of files only those
// that hold the master key and the scope keys.

#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "cairn/base/random.h"

namespace cairn::crypt {

/// A secret key of 256 bits. It cannot be printed, compared or copied by accident, and is wiped when it dies.
class Key {
 public:
  static constexpr std::size_t kBytes = 32;

  /// A fresh random key.
  [[nodiscard]] static Key make() {
    Key key;
    fill_random(key.bytes_);
    return key;
  }

  explicit Key(std::span<const std::byte, kBytes> bytes) { std::memcpy(bytes_.data(), bytes.data(), kBytes); }
  Key(Key&&) = default;
  Key& operator=(Key&&) = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { explicit_bzero(bytes_.data(), kBytes); }

  /// A second one, where two owners need it.
  [[nodiscard]] Key clone() const { return Key(bytes_); }

  [[nodiscard]] std::span<const std::byte, kBytes> reveal() const { return bytes_; }

 private:
  Key() = default;
  std::array<std::byte, kBytes> bytes_;
};

}  // namespace cairn::crypt
