#pragma once
#include <optional>
#include <string>

#include "cairn/account/guess_budget.h"
#include "cairn/account/session.h"
#include "cairn/account/tokens.h"
#include "cairn/crypt/password.h"
#include "cairn/db/database.h"
#include "cairn/runtime/worker_pool.h"

namespace cairn::account {

/// The budgets that a guessed password is taken from, all of them. A device where the person has signed in before has one of its
/// own instead, so that nobody keeps an owner out by guessing; so has a session that confirms its password.
struct GuessLimits {
  GuessBudget login{.burst = 5, .interval = std::chrono::minutes(1)};       ///< of one name from one network
  GuessBudget origin{.burst = 20, .interval = std::chrono::seconds(3)};     ///< of any name from one network
  GuessBudget account{.burst = 100, .interval = std::chrono::seconds(36)};  ///< of one name from anywhere
};

/// What a client gets that signed in or refreshed its tokens.
struct TokenPair {
  Secret access;
  Secret refresh;
  std::chrono::seconds access_lifetime;
};

/// Whoever signed in by a browser.
struct BrowserSession {
  SessionId session;
  Secret cookie;
  std::string csrf_token;
  Secret device;  ///< to be kept when the session has ended
  Person person;
};

/// Lets people in by their password. The answer for an unknown name, a wrong password and a disabled person is the same, and
/// takes the same work. Safe to use from several threads.
class SignIn {
 public:
  struct Parts {
    db::Database& database;
    const ledger::Journal& journal;
    const Tokens& tokens;
    const crypt::PasswordHasher& hasher;
    WorkerPool& passwords;  ///< its threads hash: few of them, with a short queue
    const Clock& clock;
  };

  /// `parts` outlive this.
  SignIn(Parts parts, const SessionLimits& sessions, const GuessLimits& guesses);

  /// Throws Failure(kUnauthenticated), kTooManyAttempts with the time to wait, kUnavailable if too many passwords are being
  /// hashed. Whatever comes of it, `left`, which outlives the task, tells of the budget that is nearest to its end.
  Task<BrowserSession> by_browser(std::string name, Secret password, Origin origin, GuessesLeft* left = nullptr);
  Task<TokenPair> for_tokens(std::string name, Secret password, Origin origin, GuessesLeft* left = nullptr);

  /// Exchanges a refresh token. Throws Failure(kUnauthenticated); the session has ended then if the token had been used before.
  Task<TokenPair> refresh(std::string refresh_token);

  /// Hashes a new password. Throws Failure(kInvalidInput) if it is too short or easily guessed, kUnavailable.
  Task<std::string> hash_new(Secret password, Person person);

  /// True if it is the password of the person whose session this is; taken from a budget of the session. Throws
  /// Failure(kTooManyAttempts, kUnavailable). `left` as above.
  Task<bool> confirm(Principal who, Secret password, Origin origin, GuessesLeft* left = nullptr);

 private:
  Task<Person> check_password(std::string name, Secret password, Origin origin, std::optional<Uuid> session, GuessesLeft* left);
  Task<Person> start(Person person, SessionKind kind, SessionId session, crypt::Sha256 secret_hash, Origin origin);
  [[nodiscard]] TokenPair pair_of(const PersonId& person, const SessionId& session, std::int64_t refresh_no) const;

  Parts parts_;
  SessionLimits sessions_;
  GuessLimits guesses_;
  std::string nobodys_password_;  // hashed: what an unknown name's password is compared with
};

/// What a new password must be: 12 to 128 bytes, nothing of the person's names, not one of a few patterns. kInvalidInput.
Result<void> check_new_password(const Secret& password, const Person& person);

}  // namespace cairn::account
