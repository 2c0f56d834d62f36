#include "cairn/db/sqlite/sqlite_driver.h"

#include <vector>

#include <fmt/format.h>

#include "cairn/base/mutant.h"

namespace cairn::db {

std::unique_ptr<Connection> SqliteDriver::open_writer() {
  return std::make_unique<SqliteConnection>(options_, SqliteConnection::Role::kWriter, clock_);
}

std::unique_ptr<Connection> SqliteDriver::open_reader() {
  return std::make_unique<SqliteConnection>(options_, SqliteConnection::Role::kReader, clock_);
}

namespace {

constexpr std::size_t kCopyBytes = 1u << 20;

// Writes the log over itself and syncs it. If the last process ended since a sync failed, Linux still shows pages that never
// reached the disk and counts them as clean: SQLite would recover them, build on them, and lose all that with them at the next
// power cut.
Result<void> renew_log(Files& files, const std::string& path) {
  if (mutant("skip_log_renewal")) return {};
  const auto log = files.open(path, OpenMode::kReadWrite);
  if (!log && log.error().code == ErrorCode::kNotFound) return {};
  if (!log) return failure(log);
  std::vector<std::byte> buffer(kCopyBytes);
  for (std::uint64_t offset = 0;;) {
    const auto got = (*log)->read_at(offset, buffer);
    if (!got) return failure(got);
    if (*got == 0) break;
    if (const auto written = (*log)->write_at(offset, std::span(buffer).first(*got)); !written) return written;
    offset += *got;
  }
  return (*log)->sync();
}

}  // namespace

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
  if (const auto renewed = renew_log(files, path + "-wal"); !renewed) return renewed;
  // Also when the file was there: the start that made it may have died before this.
  return files.sync_directory(directory);
}

}  // namespace cairn::db
