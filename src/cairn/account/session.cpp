#include "cairn/account/session.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/base/mutant.h"
#include "cairn/base/utf8.h"

namespace cairn::account {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestAgent = 255;

Session session_of(const db::Rows& rows) {
  Session session{.id = rows.id<SessionId>(0),
                  .person = rows.id<PersonId>(1),
                  .kind = rows.integer(2) == 0 ? SessionKind::kBrowser : SessionKind::kTokens,
                  .secret_hash = {},
                  .refresh_no = rows.integer(4),
                  .refreshed_at = rows.instant(5),
                  .person_version = rows.integer(6),
                  .created_at = rows.instant(7),
                  .seen_at = rows.instant(8),
                  .address = std::string(rows.text(9)),
                  .agent = std::string(rows.text(10))};
  const auto hash = rows.bytes(3);
  if (hash.size() != session.secret_hash.size()) throw Failure({ErrorCode::kCorrupt, "A session's row is damaged."});
  std::ranges::copy(hash, session.secret_hash.begin());
  return session;
}

bool in_time(const Session& session, Instant now, const SessionLimits& limits) {
  const bool browser = session.kind == SessionKind::kBrowser;
  const auto idle = browser ? limits.browser_idle : limits.tokens_idle;
  const auto lifetime = browser ? limits.browser_lifetime : limits.tokens_lifetime;
  return now < session.seen_at + idle && now < session.created_at + lifetime;
}

void tell(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation, const ledger::Author& author,
          std::string_view kind, const PersonId& person, const SessionId& session, json::object detail) {
  detail["session"] = session.text();
  journal.append(
      tx, ledger::StreamId(person.uuid()), operation, author,
      {.kind = kind, .subject = person.uuid(), .path_before = {}, .path_after = {}, .detail = json::serialize(detail)});
}

bool drop_session(db::Transaction& tx, const PersonId& person, const SessionId& id) {
  constexpr db::Sql kDrop = "DELETE FROM session WHERE id = ? AND person_id = ?";
  return tx.run(kDrop, id, person) == 1;
}

}  // namespace

Person finish_login(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation, const Login& login,
                    const SessionLimits& limits) {
  constexpr db::Sql kDropOldest =
      "DELETE FROM session WHERE id IN"
      " (SELECT id FROM session WHERE person_id = ? AND id <> ? ORDER BY seen_at DESC, id LIMIT 1000 OFFSET ?)";
  constexpr db::Sql kAdd =
      "INSERT INTO session (id, person_id, kind, secret_hash, refresh_no, refreshed_at, person_version, created_at, seen_at,"
      " address, agent) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)";
  auto person = find_person(tx, login.person);
  if (!person || person->disabled || person->version != login.person_version)
    throw Failure({ErrorCode::kUnauthenticated, "The name or the password is wrong."});
  const auto now = tx.now();
  const auto agent = with_valid_utf8(std::string_view(login.origin.agent).substr(0, kLongestAgent));
  tx.run(kAdd, login.session, login.person, static_cast<int>(login.kind), login.secret_hash, now, person->version, now, now,
         login.origin.address, agent);
  tx.run(kDropOldest, login.person, login.session, limits.most - 1);
  tell(tx, journal, operation, {.actor = login.person.uuid(), .credential = login.session.uuid()}, "person.signed_in",
       login.person, login.session, {{"method", login.method}, {"address", login.origin.address}, {"agent", agent}});
  return *std::move(person);
}

std::optional<Session> find_session(db::Snapshot& snapshot, const SessionId& id) {
  constexpr db::Sql kFind =
      "SELECT id, person_id, kind, secret_hash, refresh_no, refreshed_at, person_version, created_at, seen_at, address, agent"
      " FROM session WHERE id = ?";
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return session_of(rows);
}

std::optional<LiveSession> find_live_session(db::Snapshot& snapshot, const SessionId& id, const SessionLimits& limits) {
  auto session = find_session(snapshot, id);
  if (!session) return std::nullopt;
  auto person = find_person(snapshot, session->person);
  if (!person || person->disabled || person->version != session->person_version) return std::nullopt;
  if (!in_time(*session, snapshot.now(), limits)) return std::nullopt;
  return LiveSession{.session = *std::move(session), .person = *std::move(person)};
}

std::vector<Session> list_sessions(db::Snapshot& snapshot, const PersonId& person) {
  constexpr db::Sql kList =
      "SELECT id, person_id, kind, secret_hash, refresh_no, refreshed_at, person_version, created_at, seen_at, address, agent"
      " FROM session WHERE person_id = ? ORDER BY seen_at DESC, id";
  std::vector<Session> sessions;
  auto rows = snapshot.query(kList, person);
  while (rows.next()) sessions.push_back(session_of(rows));
  return sessions;
}

bool end_session(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                 const ledger::Author& author, const PersonId& person, const SessionId& id) {
  if (!drop_session(tx, person, id)) return false;
  tell(tx, journal, operation, author, "session.ended", person, id, {});
  return true;
}

void end_sessions(db::Transaction& tx, const PersonId& person, const SessionId& keep) {
  constexpr db::Sql kDrop = "DELETE FROM session WHERE person_id = ? AND id <> ?";
  tx.run(kDrop, person, keep);
}

void renew_session(db::Transaction& tx, const PersonId& person, const SessionId& id, std::int64_t person_version) {
  constexpr db::Sql kRenew = "UPDATE session SET person_version = ? WHERE id = ? AND person_id = ?";
  tx.run(kRenew, person_version, id, person);
}

void touch_session(db::Transaction& tx, const SessionId& id) {
  constexpr db::Sql kTouch = "UPDATE session SET seen_at = ? WHERE id = ?";
  tx.run(kTouch, tx.now(), id);
}

Refreshed refresh_session(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                          const SessionId& id, std::int64_t no, const SessionLimits& limits) {
  constexpr db::Sql kAdvance =
      "UPDATE session SET refresh_no = refresh_no + 1, refreshed_at = ?, seen_at = ? WHERE id = ? AND kind = 1 AND refresh_no = "
      "?";
  const auto live = find_live_session(tx, id, limits);
  if (!live || live->session.kind != SessionKind::kTokens) return Refreshed::kUnknown;
  const auto& session = live->session;
  const auto now = tx.now();
  if (tx.run(kAdvance, now, now, id, no) == 1) return Refreshed::kAnew;
  if (no > session.refresh_no) return Refreshed::kUnknown;
  const auto since = now - session.refreshed_at;
  const bool lately = since >= std::chrono::microseconds(0) && since <= limits.refresh_grace;
  if (no == session.refresh_no - 1 && lately) return Refreshed::kAgain;
  if (mutant("refresh_reuse_ok")) return Refreshed::kAgain;
  drop_session(tx, session.person, id);
  tell(tx, journal, operation, {}, "session.token_reused", session.person, id, {{"address", session.address}});
  return Refreshed::kReused;
}

std::int64_t forget_sessions(db::Transaction& tx, const SessionLimits& limits, std::size_t limit) {
  constexpr db::Sql kForget =
      "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE (kind = 0 AND (seen_at <= ? OR created_at <= ?))"
      " OR (kind = 1 AND (seen_at <= ? OR created_at <= ?)) LIMIT ?)";
  const auto now = tx.now();
  return tx.run(kForget, now - limits.browser_idle, now - limits.browser_lifetime, now - limits.tokens_idle,
                now - limits.tokens_lifetime, limit);
}

}  // namespace cairn::account
