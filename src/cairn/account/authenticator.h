#pragma once
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "cairn/account/session.h"
#include "cairn/account/tokens.h"
#include "cairn/db/database.h"

namespace cairn::account {

/// Tells who sent a request, from its credential. What it knows it keeps for some seconds (SessionLimits::cache): so long may a
/// session that was ended elsewhere still work. Safe to use from several threads.
class Authenticator {
 public:
  struct Parts {
    db::Database& database;
    const Tokens& tokens;
    const Clock& clock;
  };

  /// `parts` outlive this.
  Authenticator(Parts parts, const SessionLimits& limits) : parts_(parts), limits_(limits) {}

  /// Each throws Failure(kUnauthenticated).
  Task<Principal> by_cookie(Turn turn, std::string cookie);
  Task<Principal> by_access_token(Turn turn, std::string token);

  /// True while the principal's credential is as good as it was: asked again and again by what streams for long.
  Task<bool> still_valid(Turn turn, Principal principal);

  /// Forgets what is known of a session that was ended here, so that it ends at once.
  void forget(const SessionId& session);
  /// Forgets everything: people or rights changed here.
  void forget_all();

 private:
  struct Known {
    Principal principal;
    SessionKind kind;
    crypt::Sha256 secret_hash;
    Instant since;  ///< when it was read
    Instant seen_at;
  };

  Task<std::optional<Known>> find(Turn turn, SessionId session);
  std::optional<Known> recall(const SessionId& session);
  Task<> touch(Turn turn, Known known);
  void keep(const Known& known);
  std::optional<AccessClaims> read_token(const std::string& token);

  // Tokens whose signature was checked, by their hash: checking takes a tenth of a millisecond.
  class ReadTokens {
   public:
    std::optional<AccessClaims> find(const crypt::Sha256& hash);
    void keep(const crypt::Sha256& hash, const AccessClaims& claims);

   private:
    struct Hash {
      std::size_t operator()(const crypt::Sha256& hash) const noexcept;
    };
    std::unordered_map<crypt::Sha256, AccessClaims, Hash> claims_;
  };

  Parts parts_;
  SessionLimits limits_;
  std::mutex mutex_;
  std::unordered_map<SessionId, Known> known_;
  std::uint64_t forgotten_ = 0;  // how often something was forgotten: what was read before that is not kept
  ReadTokens tokens_;
};

}  // namespace cairn::account
