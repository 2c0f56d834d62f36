#include "cairn/account/person.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/account/session.h"
#include "cairn/base/text.h"
#include "cairn/base/utf8.h"

namespace cairn::account {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLogin = 64;
constexpr std::size_t kLongestDisplay = 255;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

Person person_of(const db::Rows& rows) {
  return {.id = rows.id<PersonId>(0),
          .name = std::string(rows.text(1)),
          .display_name = std::string(rows.text(2)),
          .admin = rows.integer(3) != 0,
          .disabled = rows.integer(4) != 0,
          .created_at = rows.instant(5),
          .password = std::string(rows.text(6)),
          .version = rows.integer(7)};
}

std::optional<Person> first_person(db::Rows rows) {
  if (!rows.next()) return std::nullopt;
  return person_of(rows);
}

void require_another_admin(db::Transaction& tx, const PersonId& id) {
  constexpr db::Sql kOthers = "SELECT 1 FROM person WHERE admin = 1 AND disabled = 0 AND id <> ? LIMIT 1";
  if (tx.query(kOthers, id).next()) return;
  throw Failure({ErrorCode::kConflict, "This is the last administrator. Make somebody else one first.", "admin"});
}

Person require_person(db::Transaction& tx, const PersonId& id) {
  auto person = find_person(tx, id);
  if (!person) throw Failure({ErrorCode::kNotFound, "There is no such person."});
  return *std::move(person);
}

ledger::StreamId stream_of(const PersonId& id) { return ledger::StreamId(id.uuid()); }

void tell(db::Transaction& tx, const ledger::Journal& journal, const ledger::StreamId& stream,
          const ledger::OperationId& operation, const ledger::Author& author, std::string_view kind, const PersonId& person,
          const json::object& detail) {
  journal.append(
      tx, stream, operation, author,
      {.kind = kind, .subject = person.uuid(), .path_before = {}, .path_after = {}, .detail = json::serialize(detail)});
}

}  // namespace

Result<std::string> check_login_name(std::string_view name) {
  const bool fits =
      !name.empty() && name.size() <= kLongestLogin && is_letter_or_digit(name.front()) && std::ranges::all_of(name, [](char c) {
        return is_letter_or_digit(c) || std::string_view("._-+@").find(c) != std::string_view::npos;
      });
  if (fits) return std::string(name);
  return failure(
      ErrorCode::kInvalidInput,
      "A name to sign in with has 1 to 64 letters (a to z), digits and . _ - + @, and begins with a letter or a digit.", "name");
}

Result<std::string> check_display_name(std::string_view name) {
  name = trimmed(name);
  const bool fits = !name.empty() && name.size() <= kLongestDisplay && is_valid_utf8(name) && printable(name) == name;
  if (fits) return std::string(name);
  return failure(ErrorCode::kInvalidInput, "A name to be shown has 1 to 255 bytes of text, without control characters.",
                 "display_name");
}

std::string login_key(std::string_view name) { return ascii_lowercase(name); }

void add_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                const ledger::Author& author, const NewPerson& person) {
  constexpr db::Sql kAdd =
      "INSERT INTO person (id, name, name_key, display_name, admin, disabled, created_at, password, version)"
      " VALUES (?, ?, ?, ?, ?, 0, ?, ?, 1)";
  if (find_person_by_name(tx, person.name)) throw Failure({ErrorCode::kAlreadyExists, "Somebody has this name already.", "name"});
  tx.run(kAdd, person.id, person.name, login_key(person.name), person.display_name, person.admin, tx.now(), person.password);
  tell(tx, journal, ledger::kDirectory, operation, author, "person.added", person.id,
       {{"name", person.name}, {"admin", person.admin}});
}

std::optional<Person> find_person(db::Snapshot& snapshot, const PersonId& id) {
  constexpr db::Sql kFind =
      "SELECT id, name, display_name, admin, disabled, created_at, password, version FROM person WHERE id = ?";
  return first_person(snapshot.query(kFind, id));
}

std::optional<Person> find_person_by_name(db::Snapshot& snapshot, std::string_view name) {
  constexpr db::Sql kFind =
      "SELECT id, name, display_name, admin, disabled, created_at, password, version FROM person WHERE name_key = ?";
  const auto key = login_key(name);
  return first_person(snapshot.query(kFind, key));
}

Person require_person_by_name(db::Snapshot& snapshot, const std::string& name) {
  auto person = find_person_by_name(snapshot, name);
  if (!person) throw Failure({ErrorCode::kNotFound, "There is nobody of the name " + name + ".", "name"});
  return *std::move(person);
}

std::vector<Person> list_people(db::Snapshot& snapshot, std::string_view after, std::size_t limit) {
  constexpr db::Sql kList =
      "SELECT id, name, display_name, admin, disabled, created_at, password, version FROM person WHERE name_key > ?"
      " ORDER BY name_key LIMIT ?";
  const auto key = login_key(after);
  std::vector<Person> people;
  auto rows = snapshot.query(kList, key, limit);
  while (rows.next()) people.push_back(person_of(rows));
  return people;
}

bool has_people(db::Snapshot& snapshot) {
  constexpr db::Sql kAny = "SELECT 1 FROM person LIMIT 1";
  return snapshot.query(kAny).next();
}

void change_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                   const ledger::Author& author, const PersonId& id, const PersonChange& change) {
  constexpr db::Sql kUpdate = "UPDATE person SET display_name = ?, admin = ?, disabled = ?, version = ? WHERE id = ?";
  const auto before = require_person(tx, id);
  auto after = before;
  if (change.display_name) after.display_name = *change.display_name;
  if (change.admin) after.admin = *change.admin;
  if (change.disabled) after.disabled = *change.disabled;
  const bool was_admin = before.admin && !before.disabled;
  if (was_admin && (!after.admin || after.disabled)) require_another_admin(tx, id);
  if (after.disabled != before.disabled) ++after.version;
  tx.run(kUpdate, after.display_name, after.admin, after.disabled, after.version, id);
  if (after.disabled && !before.disabled) end_sessions(tx, id, SessionId());
  json::object detail;
  if (after.display_name != before.display_name) detail["display_name"] = after.display_name;
  if (after.admin != before.admin) detail["admin"] = after.admin;
  if (after.disabled != before.disabled) detail["disabled"] = after.disabled;
  tell(tx, journal, ledger::kDirectory, operation, author, "person.changed", id, detail);
}

void remove_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                   const ledger::Author& author, const PersonId& id) {
  constexpr db::Sql kKeep = "INSERT INTO former_person (id, display_name, removed_at) VALUES (?, ?, ?)";
  constexpr db::Sql kRemove = "DELETE FROM person WHERE id = ?";
  const auto person = require_person(tx, id);
  if (person.admin && !person.disabled) require_another_admin(tx, id);
  end_sessions(tx, id, SessionId());
  tx.run(kKeep, id, person.display_name, tx.now());
  tx.run(kRemove, id);
  tell(tx, journal, ledger::kDirectory, operation, author, "person.removed", id, {{"name", person.name}});
}

void set_password(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                  const ledger::Author& author, const PersonId& id, std::string_view hashed, const SessionId& keep) {
  constexpr db::Sql kUpdate = "UPDATE person SET password = ?, version = version + 1 WHERE id = ?";
  const auto person = require_person(tx, id);
  tx.run(kUpdate, hashed, id);
  end_sessions(tx, id, keep);
  renew_session(tx, id, keep, person.version + 1);
  tell(tx, journal, stream_of(id), operation, author, "person.password_changed", id, {});
}

bool store_rehashed(db::Transaction& tx, const Person& person, std::string_view hashed) {
  constexpr db::Sql kUpdate = "UPDATE person SET password = ? WHERE id = ? AND password = ?";
  return tx.run(kUpdate, hashed, person.id, person.password) == 1;
}

}  // namespace cairn::account
