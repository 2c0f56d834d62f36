#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cairn/account/person.h"
#include "cairn/base/secret.h"
#include "cairn/crypt/hash.h"

namespace cairn::account {

/// How somebody stays signed in.
enum class SessionKind : std::uint8_t {
  kBrowser = 0,  ///< a cookie
  kTokens = 1,   ///< access tokens of some minutes, and refresh tokens each of which works once
};

/// How long.
struct SessionLimits {
  std::chrono::microseconds browser_idle = std::chrono::hours(12);
  std::chrono::microseconds browser_lifetime = std::chrono::hours(24 * 14);
  std::chrono::microseconds tokens_idle = std::chrono::hours(24 * 7);
  std::chrono::microseconds tokens_lifetime = std::chrono::hours(24 * 30);
  std::chrono::microseconds access_lifetime = std::chrono::minutes(10);
  std::chrono::microseconds refresh_grace = std::chrono::seconds(10);  ///< for a client whose answer got lost
  std::chrono::microseconds cache = std::chrono::seconds(5);           ///< how old a Principal may be
  std::chrono::microseconds touch = std::chrono::minutes(1);           ///< how exactly it is noted when a session was last used
  std::size_t most = 100;  ///< sessions of one person; one more ends the one that was used longest ago
};

/// Where a sign-in comes from.
struct Origin {
  std::string address;   ///< the client's, for the person to recognise it
  std::string prefix;    ///< the network that shares one budget for guesses: an IPv4 address, an IPv6 /64
  std::string agent;     ///< what the client calls itself
  std::string wide{};    ///< the network around it that shares a tenfold one, an IPv6 /48; empty if there is none
  std::string device{};  ///< as Tokens::make_device() gave it at an earlier sign-in; empty if it has none
};

/// A session as it is stored.
struct Session {
  SessionId id;
  PersonId person;
  SessionKind kind = SessionKind::kBrowser;
  crypt::Sha256 secret_hash{};  ///< of the cookie's secret
  std::int64_t refresh_no = 0;  ///< the refresh token that works, by number
  Instant refreshed_at;
  std::int64_t person_version = 0;
  Instant created_at;
  Instant seen_at;
  std::string address;
  std::string agent;
};

/// What finish_login() needs to know.
struct Login {
  PersonId person;
  std::int64_t person_version;  ///< as it was when the credential was checked
  std::string_view method;      ///< `password`, for the journal
  SessionKind kind;
  SessionId session;  ///< fresh
  crypt::Sha256 secret_hash{};
  Origin origin;
};

/// Where every way of signing in ends: looks once more whether this person may, starts the session, and writes it down. Throws
/// Failure(kUnauthenticated) if the person is disabled, gone, or has changed since the credential was checked.
Person finish_login(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation, const Login& login,
                    const SessionLimits& limits);

[[nodiscard]] std::optional<Session> find_session(db::Snapshot& snapshot, const SessionId& id);

/// A session with its person, if it may be used now: the one place that decides so. Nothing if it has ended, is too old, has been
/// idle for too long, or its person is disabled or has another password since.
struct LiveSession {
  Session session;
  Person person;
};
[[nodiscard]] std::optional<LiveSession> find_live_session(db::Snapshot& snapshot, const SessionId& id,
                                                           const SessionLimits& limits);

/// A person's sessions, the last used first.
[[nodiscard]] std::vector<Session> list_sessions(db::Snapshot& snapshot, const PersonId& person);

/// Ends one session; false if the person has no such session.
bool end_session(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                 const ledger::Author& author, const PersonId& person, const SessionId& id);

/// Ends all sessions of a person but `keep`.
void end_sessions(db::Transaction& tx, const PersonId& person, const SessionId& keep);

/// Lets a session of a person live on under another version of the person.
void renew_session(db::Transaction& tx, const PersonId& person, const SessionId& id, std::int64_t person_version);

/// Notes that a session was used.
void touch_session(db::Transaction& tx, const SessionId& id);

/// Takes the next refresh token of a session in exchange for number `no`.
enum class Refreshed {
  kAnew,    ///< number no + 1 works from now on
  kAgain,   ///< so it did already, some seconds ago, and has not been used: the answer got lost on its way
  kReused,  ///< it had been used: somebody has a copy. The session is ended
  kUnknown,
};
Refreshed refresh_session(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                          const SessionId& id, std::int64_t no, const SessionLimits& limits);

/// Forgets sessions that nobody can use any more, at most `limit`.
std::int64_t forget_sessions(db::Transaction& tx, const SessionLimits& limits, std::size_t limit);

}  // namespace cairn::account
