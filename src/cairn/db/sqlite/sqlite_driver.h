#pragma once
#include "cairn/db/database.h"
#include "cairn/db/sqlite/sqlite_connection.h"
#include "cairn/runtime/files.h"

namespace cairn::db {

/// SQLite as the metadata store: one file, one writer, in a data directory that this process holds the lock of.
class SqliteDriver final : public Driver {
 public:
  SqliteDriver(SqliteOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  std::unique_ptr<Connection> open_writer() override;
  std::unique_ptr<Connection> open_reader() override;
  [[nodiscard]] std::size_t writers() const override { return 1; }
  [[nodiscard]] bool is_sole_writer() const override { return true; }

 private:
  SqliteOptions options_;
  const Clock& clock_;
};

/// Before SQLite opens it: makes the database's file if it is missing, so that its name survives a power cut before SQLite writes
/// to it. kUnavailable if the directory lies on a file system that loses what was synced (network, FUSE), unless
/// `allow_foreign_filesystem`, or if the library's SQLite is too old.
Result<void> prepare_sqlite_file(Files& files, const std::string& path, bool allow_foreign_filesystem);

}  // namespace cairn::db
