#include "cairn/account/schema.h"

namespace cairn::account {
namespace {

constexpr db::Sql kPerson =
    "CREATE TABLE IF NOT EXISTS person ("
    "  id BLOB NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, display_name TEXT NOT NULL,"
    "  admin INTEGER NOT NULL, disabled INTEGER NOT NULL, created_at INTEGER NOT NULL, password TEXT NOT NULL,"
    "  version INTEGER NOT NULL) WITHOUT ROWID";
constexpr db::Sql kPersonName = "CREATE UNIQUE INDEX IF NOT EXISTS person_name ON person(name_key)";
constexpr db::Sql kSession =
    "CREATE TABLE IF NOT EXISTS session ("
    "  id BLOB NOT NULL PRIMARY KEY, person_id BLOB NOT NULL, kind INTEGER NOT NULL,"  // 0 browser, 1 tokens
    "  secret_hash BLOB NOT NULL, refresh_no INTEGER NOT NULL, refreshed_at INTEGER NOT NULL, person_version INTEGER NOT NULL,"
    "  created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL) WITHOUT ROWID";
constexpr db::Sql kSessionPerson = "CREATE INDEX IF NOT EXISTS session_person ON session(person_id, seen_at)";
constexpr db::Sql kGuessBudget =
    "CREATE TABLE IF NOT EXISTS guess_budget (id BLOB NOT NULL PRIMARY KEY, full_at INTEGER NOT NULL) WITHOUT ROWID";
// What is left of people who are gone, whose ids stand beside what they did.
constexpr db::Sql kFormerPerson =
    "CREATE TABLE IF NOT EXISTS former_person ("
    "  id BLOB NOT NULL PRIMARY KEY, display_name TEXT NOT NULL, removed_at INTEGER NOT NULL) WITHOUT ROWID";

}  // namespace

db::FolderMigrations migrations() {
  return {.folder = "account",
          .steps = {{.name = "people, sessions, budgets against guessing",
                     .statements = {kPerson, kPersonName, kSession, kSessionPerson, kGuessBudget}},
                    {.name = "former people", .statements = {kFormerPerson}}}};
}

}  // namespace cairn::account
