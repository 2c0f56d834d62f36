#include "cairn/account/authenticator.h"

#include <cstring>

#include "cairn/base/mutant.h"

namespace cairn::account {
namespace {

constexpr std::size_t kMostKept = 100'000;  // sessions and tokens; then all are forgotten, and read again as they come

Failure unauthenticated() { return Failure({ErrorCode::kUnauthenticated, "You are not signed in, or not any more."}); }

struct FindLive {
  SessionId session;
  SessionLimits limits;

  std::optional<LiveSession> run(db::Snapshot& snapshot) const {
    if (mutant("revocation_ignored")) {
      auto found = find_session(snapshot, session);
      if (!found) return std::nullopt;
      auto person = find_person(snapshot, found->person);
      if (!person) return std::nullopt;
      return LiveSession{.session = *std::move(found), .person = *std::move(person)};
    }
    return find_live_session(snapshot, session, limits);
  }
};

struct Touch {
  SessionId session;
  PersonId person;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(person.uuid())); }
  void run(db::Transaction& tx) const { touch_session(tx, session); }
};

Principal principal_of(const LiveSession& live) {
  return {.person = live.person.id,
          .credential = live.session.id,
          .subjects = {live.person.id.uuid()},
          .scopes = Scopes::all(),
          .admin = live.person.admin,
          .name = live.person.name};
}

}  // namespace

std::size_t Authenticator::ReadTokens::Hash::operator()(const crypt::Sha256& hash) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), sizeof value);
  return value;
}

std::optional<AccessClaims> Authenticator::ReadTokens::find(const crypt::Sha256& hash) {
  const auto found = claims_.find(hash);
  if (found == claims_.end()) return std::nullopt;
  return found->second;
}

void Authenticator::ReadTokens::keep(const crypt::Sha256& hash, const AccessClaims& claims) {
  if (claims_.size() >= kMostKept) claims_.clear();
  claims_.emplace(hash, claims);
}

Task<Principal> Authenticator::by_cookie(Turn turn, std::string cookie) {
  const auto read = Tokens::read_cookie(cookie);
  if (!read) throw unauthenticated();
  const auto known = co_await find(turn, read->session);
  if (!known || known->kind != SessionKind::kBrowser || !crypt::equal_in_constant_time(known->secret_hash, read->secret_hash))
    throw unauthenticated();
  co_await touch(turn, *known);
  co_return known->principal;
}

Task<Principal> Authenticator::by_access_token(Turn turn, std::string token) {
  const auto claims = read_token(token);
  if (!claims) throw unauthenticated();
  const auto known = co_await find(turn, claims->session);
  if (!known || known->kind != SessionKind::kTokens || known->principal.person != claims->person) throw unauthenticated();
  co_await touch(turn, *known);
  co_return known->principal;
}

std::optional<AccessClaims> Authenticator::read_token(const std::string& token) {
  const auto hash = crypt::sha256(crypt::label(token));
  const auto now = parts_.clock.now();
  {
    const std::scoped_lock lock(mutex_);
    if (auto claims = tokens_.find(hash)) return now < claims->expires_at ? claims : std::nullopt;
  }
  auto claims = parts_.tokens.read_access(token, now);
  if (claims) {
    const std::scoped_lock lock(mutex_);
    tokens_.keep(hash, *claims);
  }
  return claims;
}

Task<bool> Authenticator::still_valid(Turn turn, Principal principal) {
  const auto known = co_await find(turn, principal.credential);
  if (!known) co_return false;
  const auto& now = known->principal;
  const bool same_person = now.person == principal.person;
  const bool same_rights = now.subjects == principal.subjects && now.admin == principal.admin;
  co_return same_person&& same_rights;
}

Task<std::optional<Authenticator::Known>> Authenticator::find(Turn turn, SessionId session) {
  if (auto known = recall(session)) co_return known;
  const auto now = parts_.clock.now();
  std::uint64_t forgotten = 0;
  {
    const std::scoped_lock lock(mutex_);
    forgotten = forgotten_;
  }
  auto look = FindLive{.session = session, .limits = limits_};
  const auto live = co_await parts_.database.read(turn, look);
  if (!live) co_return std::nullopt;
  const Known known{.principal = principal_of(*live),
                    .kind = live->session.kind,
                    .secret_hash = live->session.secret_hash,
                    .since = now,
                    .seen_at = live->session.seen_at};
  {
    const std::scoped_lock lock(mutex_);
    if (forgotten == forgotten_) keep(known);
  }
  co_return known;
}

// Notes that the session was used, now and then. That it cannot be noted (the disk is full) keeps nobody out.
Task<> Authenticator::touch(Turn turn, Known known) {
  const auto now = parts_.clock.now();
  if (now < known.seen_at + limits_.touch) co_return;
  const auto& session = known.principal.credential;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto kept = known_.find(session); kept != known_.end()) kept->second.seen_at = now;
  }
  auto change = Touch{.session = session, .person = known.principal.person};
  try {
    co_await parts_.database.write(turn, change);
  } catch (const Failure&) {
    co_return;  // tried again when it is read again
  }
}

std::optional<Authenticator::Known> Authenticator::recall(const SessionId& session) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(session);
  if (found == known_.end()) return std::nullopt;
  const auto age = parts_.clock.now() - found->second.since;  // below zero: the clock has gone back
  const bool fresh = age >= std::chrono::microseconds(0) && age < limits_.cache;
  if (fresh || mutant("revocation_ignored")) return found->second;
  known_.erase(found);
  return std::nullopt;
}

void Authenticator::keep(const Known& known) {
  if (known_.size() >= kMostKept) known_.clear();
  known_.insert_or_assign(known.principal.credential, known);
}

void Authenticator::forget(const SessionId& session) {
  const std::scoped_lock lock(mutex_);
  ++forgotten_;
  known_.erase(session);
}

void Authenticator::forget_all() {
  const std::scoped_lock lock(mutex_);
  ++forgotten_;
  known_.clear();
}

}  // namespace cairn::account
