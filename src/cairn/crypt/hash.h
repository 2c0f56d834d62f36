#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "cairn/crypt/key.h"

namespace cairn::crypt {

using Bytes = std::span<const std::byte>;
using Sha256 = std::array<std::byte, 32>;

[[nodiscard]] Sha256 sha256(Bytes data);
[[nodiscard]] Sha256 hmac_sha256(Bytes key, Bytes data);

/// SHA-256 of a stream.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void update(Bytes data);
  /// The digest of all bytes so far; more may follow.
  [[nodiscard]] Sha256 digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// HKDF-Extract of RFC 5869: a key from input of uneven quality.
[[nodiscard]] Key hkdf_extract(Bytes salt, const Key& input);

/// HKDF-Expand of RFC 5869 to 32 bytes: the key for one purpose, which `info` names.
[[nodiscard]] Key hkdf_expand(const Key& key, Bytes info);

/// True if both are the same; how long it takes does not tell where they differ.
[[nodiscard]] bool equal_in_constant_time(Bytes a, Bytes b);

/// The bytes of a literal, for labels.
[[nodiscard]] inline Bytes label(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace cairn::crypt
