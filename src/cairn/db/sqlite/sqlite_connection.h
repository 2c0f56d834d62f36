#pragma once
#include <memory>
#include <string>
#include <unordered_map>

#include "cairn/base/time.h"
#include "cairn/db/connection.h"

struct sqlite3;

namespace cairn::db {

/// How an SQLite file is opened.
struct SqliteOptions {
  std::string path;
  const char* vfs = nullptr;            ///< null: the system's own; tests name one that works on a simulated disk
  std::size_t checkpoint_pages = 1000;  ///< the write-ahead log is copied back when it holds so many pages
};

/// A connection to an SQLite file in WAL mode. The writer syncs at each COMMIT (synchronous=FULL) and alone copies the log back,
/// in maintain(); readers cannot change anything. https://www.sqlite.org/wal.html,
/// https://www.sqlite.org/pragma.html#pragma_synchronous
class SqliteConnection final : public Connection {
 public:
  enum class Role { kWriter, kReader };

  /// Throws DatabaseFailure, and if the file is no SQLite database in WAL mode after opening it as a writer. `clock` must outlive
  /// this.
  SqliteConnection(const SqliteOptions& options, Role role, const Clock& clock);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Statement& prepare(Sql sql) override;
  void begin(Begin kind) override;
  void commit() override;
  void rollback() noexcept override;
  [[nodiscard]] bool in_transaction() const override;
  void savepoint() override;
  void roll_back_to_savepoint() override;
  void release_savepoint() override;
  [[nodiscard]] Instant now() override { return clock_.now(); }
  void maintain() override;
  [[nodiscard]] Statistics statistics() const override;

 private:
  class SqliteStatement;
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };

  void run(Sql sql);
  void set_up_writer();

  std::unique_ptr<sqlite3, Close> database_;
  std::unordered_map<const char*, std::unique_ptr<SqliteStatement>> statements_;  // by the address of the literal
  const Clock& clock_;
  const int checkpoint_pages_;
  int next_checkpoint_;
  int log_pages_ = 0;  // pages in the write-ahead log after the last COMMIT
  Statistics statistics_;
};

/// The version of the SQLite library this program was linked with, as `sqlite3_libversion_number` gives it: 3053002 is 3.53.2.
[[nodiscard]] int sqlite_library_version();

/// kUnavailable with what to do if that version loses data: before 3.51.3 a race while the log is reset loses committed rows.
Result<void> check_sqlite_version(int version);

}  // namespace cairn::db
