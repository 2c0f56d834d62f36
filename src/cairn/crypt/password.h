#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "cairn/base/error.h"
#include "cairn/base/secret.h"
#include "cairn/crypt/key.h"

namespace cairn::crypt {

/// Turns passwords into what may be stored, slowly on purpose. What is stored tells how it was made, so that settings may change
/// and hashes of other products are accepted:
///
///     $cairn$argon2id$v=19$m=19456,t=2,p=1$salt$hash     argon2id (RFC 9106) of HMAC-SHA-256(pepper, password)
///     $cairn$2b$12$…                                     bcrypt of base64url(HMAC-SHA-256(pepper, password)): 43 letters, since
///                                                        bcrypt itself looks at 72 bytes at most and stops at NUL
///     $argon2id$…   $2a$…   $2b$…   $2y$…                brought from elsewhere, without pepper
///
/// The pepper hangs on the master key: who has the database alone cannot even begin to guess.
class PasswordHasher {
 public:
  enum class Scheme : std::uint8_t { kArgon2id, kBcrypt };

  struct Cost {
    Scheme scheme = Scheme::kArgon2id;
    std::uint32_t argon2_kibibytes = 19'456;  ///< OWASP's least, as are the two passes
    std::uint32_t argon2_passes = 2;
    std::uint32_t bcrypt_rounds = 12;  ///< as a power of two
  };

  PasswordHasher(Key pepper, Cost cost) : pepper_(std::move(pepper)), cost_(cost) {}

  /// Takes tens of milliseconds of one core.
  [[nodiscard]] std::string hash(const Secret& password) const;

  /// The same, whatever the answer. A stored text that no scheme knows fits no password.
  [[nodiscard]] bool verify(const Secret& password, const std::string& stored) const;

  /// True if it was made elsewhere or with other settings than today's: make it again when the password is at hand.
  [[nodiscard]] bool is_outdated(std::string_view stored) const;

  /// True if it is of one of the forms above.
  [[nodiscard]] static bool is_known(std::string_view stored);

 private:
  [[nodiscard]] Secret peppered(const Secret& password) const;

  Key pepper_;
  Cost cost_;
};

}  // namespace cairn::crypt
