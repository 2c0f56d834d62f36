#pragma once
// The test build (CAIRN_MUTANTS) notes each pair of key and nonce that anything is sealed with, so that a test can show that none
// comes twice, whatever was cut off or killed in between. Release builds hold none of this.

#ifdef CAIRN_MUTANTS
#include <set>
#include <utility>

#include "cairn/crypt/aes_gcm.h"

namespace cairn::crypt {

/// Notes pairs while it lives, and counts those that came before. One at a time.
class NonceWatch {
 public:
  NonceWatch();
  ~NonceWatch();
  NonceWatch(const NonceWatch&) = delete;
  NonceWatch& operator=(const NonceWatch&) = delete;

  [[nodiscard]] std::size_t seen() const;
  [[nodiscard]] std::size_t repeated() const;
};

/// Called by AesGcm alone. The environment variable kNonceLogVariable may name an open file descriptor, to which each pair is
/// written, a line of hexadecimal digits; the key is told by its SHA-256.
void note_nonce(const Sha256& key, const AesGcm::Nonce& nonce);

}  // namespace cairn::crypt
#endif
