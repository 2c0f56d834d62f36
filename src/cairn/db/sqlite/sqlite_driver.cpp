#include "cairn/db/sqlite/sqlite_driver.h"

#include <fmt/format.h>

namespace cairn::db {

std::unique_ptr<Connection> SqliteDriver::open_writer() {
  return std::make_unique<SqliteConnection>(options_, SqliteConnection::Role::kWriter, clock_);
}

std::unique_ptr<Connection> SqliteDriver::open_reader() {
  return std::make_unique<SqliteConnection>(options_, SqliteConnection::Role::kReader, clock_);
}

Result<void> prepare_sqlite_file(Files& files, const std::string& path, bool allow_foreign_filesystem) {
  if (const auto safe = check_sqlite_version(sqlite_library_version()); !safe) return safe;
  const auto directory = parent_of(path);
  const auto facts = files.file_system(directory);
  if (!facts) return failure(facts);
  if (facts->foreign && !allow_foreign_filesystem)
    return failure(
        ErrorCode::kUnavailable,
        fmt::format("{} lies on a {} file system, where SQLite can lose committed changes. Put the data directory on a "
                    "local disk.",
                    directory, facts->type),
        directory);
  {
    const auto created = files.open(path, OpenMode::kCreate);
    if (!created && created.error().code != ErrorCode::kAlreadyExists) return failure(created);
    if (created) {
      if (const auto synced = (*created)->sync(); !synced) return synced;
    }
  }
  // Also when the file was there: the start that made it may have died before this.
  return files.sync_directory(directory);
}

}  // namespace cairn::db
