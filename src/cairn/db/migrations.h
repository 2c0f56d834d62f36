#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/db/connection.h"
#include "cairn/db/sql.h"

namespace cairn::db {

/// One step of a folder's schema. Steps are never edited once released, only added; each is written so that running it again does
/// no harm, since a database without transactional DDL can stop between its statements.
struct MigrationStep {
  std::string_view name;
  std::vector<Sql> statements;
};

/// The steps of one folder, in order.
struct FolderMigrations {
  std::string_view folder;
  std::vector<MigrationStep> steps;
};

/// The folder db's own steps: the table that remembers steps, and the one that health checks write to.
[[nodiscard]] FolderMigrations own_migrations();

/// What migrate() did.
struct Migrated {
  std::size_t applied = 0;  ///< steps run now
  std::size_t unknown = 0;  ///< steps that a newer program has left; it may run beside this one
};

/// Runs the steps that the database lacks, folders in the order given, each step in a transaction of its own with its record.
/// kConflict if a step that was run has another name here: another program's database, or an edited history.
/// Throws DatabaseFailure.
Result<Migrated> migrate(Connection& connection, std::span<const FolderMigrations> folders);

}  // namespace cairn::db
