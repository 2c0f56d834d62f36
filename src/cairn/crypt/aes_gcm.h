#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "cairn/crypt/hash.h"
#include "cairn/crypt/key.h"

struct evp_cipher_ctx_st;

namespace cairn::crypt {

/// AES-256-GCM (NIST SP 800-38D) under one key, set up once: a new context for each chunk costs a seventh of the speed. Used by
/// one thread at a time.
class AesGcm {
 public:
  static constexpr std::size_t kNonceBytes = 12;
  static constexpr std::size_t kTagBytes = 16;
  using Nonce = std::array<std::byte, kNonceBytes>;

  enum class Use { kSeal, kOpen };

  AesGcm(const Key& key, Use use);
  ~AesGcm();
  AesGcm(AesGcm&&) noexcept;
  AesGcm& operator=(AesGcm&&) noexcept;

  /// Of one made to seal: encrypts `plain` into `out`, which is kTagBytes longer and may begin at the same place.
  /// A nonce is used once for each key: that is the caller's
  /// to see to.
  void seal(const Nonce& nonce, Bytes additional, Bytes plain, std::span<std::byte> out);

  /// Of one made to open: decrypts `sealed` into `out`, which is kTagBytes shorter and may begin at the same place.
  /// False if it is not what was sealed with this nonce and additional data; `out` is
  /// then wiped.
  [[nodiscard]] bool open(const Nonce& nonce, Bytes additional, Bytes sealed, std::span<std::byte> out);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
#ifdef CAIRN_MUTANTS
  Sha256 key_;  // by its digest, for crypt/nonce_log.h
#endif
};

}  // namespace cairn::crypt
