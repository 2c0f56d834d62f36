#pragma once
#include <array>
#include <memory>
#include <string_view>

#include "cairn/crypt/hash.h"
#include "cairn/crypt/key.h"

namespace cairn::crypt {

/// An Ed25519 signature (RFC 8032).
using Signature = std::array<std::byte, 64>;

/// Signs and checks with one Ed25519 key pair. Safe to use from several threads.
class SigningKey {
 public:
  /// The pair whose private half is `seed`.
  explicit SigningKey(const Key& seed);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  [[nodiscard]] Signature sign(Bytes message) const;

  /// True if this key signed exactly that message.
  [[nodiscard]] bool verify(Bytes message, Bytes signature) const;

  [[nodiscard]] std::array<std::byte, 32> public_key() const;

 private:
  struct Pair;
  std::unique_ptr<Pair> pair_;
};

}  // namespace cairn::crypt
