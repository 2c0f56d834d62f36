#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cairn/account/principal.h"
#include "cairn/base/secret.h"
#include "cairn/crypt/hash.h"
#include "cairn/crypt/key.h"
#include "cairn/crypt/signature.h"

namespace cairn::account {

/// What an access token says.
struct AccessClaims {
  PersonId person;
  SessionId session;
  Instant issued_at;
  Instant expires_at;
};

/// Makes and reads the tokens of sessions. Their keys hang on the master key, so that who has the database alone can make none.
/// Safe to use from several threads.
///
///     cookie    session id, 256 random bits; the database has their SHA-256
///     refresh   session id, number, HMAC of both; the database has the number that works
///     access    a JWT (RFC 9068) signed with Ed25519: `EdDSA`, `at+jwt`
///     CSRF      HMAC of the session id
///     device    person id, 128 random bits, HMAC of both: where this person has signed in before
class Tokens {
 public:
  struct Keys {
    crypt::Key signing;
    crypt::Key refresh;
    crypt::Key csrf;
    crypt::Key device;
  };

  /// `issuer` names the installation: a token of another one is none.
  Tokens(const Keys& keys, std::string issuer);

  struct Cookie {
    Secret text;
    crypt::Sha256 secret_hash;
  };
  [[nodiscard]] static Cookie make_cookie(const SessionId& session);
  struct ReadCookie {
    SessionId session;
    crypt::Sha256 secret_hash;
  };
  /// Nothing if it is no cookie of ours by its form; whether the secret is right is for the session's row to say.
  [[nodiscard]] static std::optional<ReadCookie> read_cookie(std::string_view text);

  [[nodiscard]] Secret refresh_token(const SessionId& session, std::int64_t no) const;
  struct ReadRefresh {
    SessionId session;
    std::int64_t no;
  };
  /// Nothing unless this installation made it.
  [[nodiscard]] std::optional<ReadRefresh> read_refresh(std::string_view text) const;

  [[nodiscard]] Secret access_token(const AccessClaims& claims) const;
  /// Nothing unless this installation signed it and it is in time.
  [[nodiscard]] std::optional<AccessClaims> read_access(std::string_view text, Instant now) const;

  /// What a page sends with each change, so that another site's page cannot send it (the header X-CSRF-Token).
  [[nodiscard]] std::string csrf_token(const SessionId& session) const;

  /// What a browser keeps after a sign-in and shows at the next: whoever has it has signed in as this person here, so that a
  /// stranger's wrong guesses from elsewhere do not keep the owner out (OWASP: device cookies). It lets nobody in.
  [[nodiscard]] Secret make_device(const PersonId& person) const;
  struct ReadDevice {
    PersonId person;
    Uuid device;
  };
  [[nodiscard]] std::optional<ReadDevice> read_device(std::string_view text) const;

 private:
  [[nodiscard]] crypt::Sha256 refresh_mac(const SessionId& session, std::int64_t no) const;

  crypt::SigningKey signing_;
  crypt::Key refresh_;
  crypt::Key csrf_;
  crypt::Key device_;
  std::string issuer_;
};

}  // namespace cairn::account
