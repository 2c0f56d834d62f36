#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "cairn/crypt/key.h"

namespace cairn::crypt {

struct HashState;

using Bytes = std::span<const std::byte>;
using Sha256 = std::array<std::byte, 32>;

[[nodiscard]] Sha256 sha256(Bytes data);
[[nodiscard]] Sha256 hmac_sha256(Bytes key, Bytes data);

/// SHA-1, for clients that compare it: it protects against damage, not against people.
using Sha1 = std::array<std::byte, 20>;

/// SHA-1 of a stream.
class Sha1Stream {
 public:
  Sha1Stream();
  ~Sha1Stream();
  Sha1Stream(Sha1Stream&&) noexcept;
  Sha1Stream& operator=(Sha1Stream&&) noexcept;

  void update(Bytes data);
  /// The digest of all bytes so far; more may follow.
  [[nodiscard]] Sha1 digest() const;

 private:
  std::unique_ptr<HashState> state_;
};

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
  std::unique_ptr<HashState> state_;
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
