#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cairn/account/principal.h"
#include "cairn/db/transaction.h"

namespace cairn::account {

struct Person {
  PersonId id;
  std::string name;          ///< to sign in with
  std::string display_name;  ///< to be shown
  bool admin = false;
  bool disabled = false;
  Instant created_at;
  std::string password{};    ///< as crypt::PasswordHasher stored it; empty: nobody can sign in by password
  std::int64_t version = 0;  ///< rises with each change that ends sessions: password, state
};

/// A name to sign in with, checked: 1 to 64 ASCII letters, digits and `. _ - + @`, beginning with a letter or digit. Letters of
/// either case are the same. kInvalidInput.
Result<std::string> check_login_name(std::string_view name);

/// A name to be shown, checked: UTF-8 without control characters, 1 to 255 bytes after trimming. kInvalidInput.
Result<std::string> check_display_name(std::string_view name);

/// Under what a login name is unique.
[[nodiscard]] std::string login_key(std::string_view name);

struct NewPerson {
  PersonId id;
  std::string name;          ///< checked
  std::string display_name;  ///< checked
  bool admin = false;
  std::string password;  ///< hashed
};

/// Adds a person. Throws Failure(kAlreadyExists) if the name is taken.
void add_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                const ledger::Author& author, const NewPerson& person);

[[nodiscard]] std::optional<Person> find_person(db::Snapshot& snapshot, const PersonId& id);
[[nodiscard]] std::optional<Person> find_person_by_name(db::Snapshot& snapshot, std::string_view name);

/// Throws Failure(kNotFound).
[[nodiscard]] Person require_person_by_name(db::Snapshot& snapshot, const std::string& name);

/// People in the order of their names, after `after`, at most `limit`.
[[nodiscard]] std::vector<Person> list_people(db::Snapshot& snapshot, std::string_view after, std::size_t limit);

/// True once anybody exists: the first is made by the setup page.
[[nodiscard]] bool has_people(db::Snapshot& snapshot);

/// The same as an operation.
struct HasPeople {
  bool run(db::Snapshot& snapshot) const { return has_people(snapshot); }
};

/// What can be changed about a person; what is not given stays.
struct PersonChange {
  std::optional<std::string> display_name;  ///< checked
  std::optional<bool> admin;
  std::optional<bool> disabled;  ///< ends all sessions
};

/// Throws Failure(kNotFound), and kConflict for the last administrator who would be none any more, or be disabled.
void change_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                   const ledger::Author& author, const PersonId& id, const PersonChange& change);

/// Lets a person go: the account is gone with its sessions, and its name is free again. What stays is the name that was shown,
/// for what the person has done. Throws Failure(kNotFound), and kConflict for the last administrator.
void remove_person(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                   const ledger::Author& author, const PersonId& id);

/// Stores another password and ends all sessions but `keep`. Throws Failure(kNotFound).
void set_password(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                  const ledger::Author& author, const PersonId& id, std::string_view hashed, const SessionId& keep);

/// Stores the same password under today's settings: nothing else changes. False if it was changed meanwhile.
bool store_rehashed(db::Transaction& tx, const Person& person, std::string_view hashed);

}  // namespace cairn::account
