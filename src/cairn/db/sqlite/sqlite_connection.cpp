#include "cairn/db/sqlite/sqlite_connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "cairn/base/mutant.h"

namespace cairn::db {
namespace {

constexpr int kOldestSafeVersion = 3'051'003;

// What a result code means while `sql` ran; COMMIT is told apart, since its I/O errors leave open whether it took effect.
[[noreturn]] void throw_failure(sqlite3* database, int code, bool committing) {
  const auto message = fmt::format("SQLite: {} ({})", sqlite3_errmsg(database), sqlite3_errstr(code));
  const auto fail = [&](FailureClass what, ErrorCode error) { throw DatabaseFailure(what, error, message); };
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
    fail(FailureClass::kConflict, ErrorCode::kAlreadyExists);
  switch (code & 0xff) {  // the primary code; https://www.sqlite.org/rescode.html
    case SQLITE_BUSY:
    case SQLITE_LOCKED: fail(FailureClass::kRetry, ErrorCode::kUnavailable); break;
    case SQLITE_FULL: fail(FailureClass::kUnavailable, ErrorCode::kNoSpace); break;
    case SQLITE_IOERR:
      // A failed sync is never tried again, wherever it was.
      committing = committing || code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
      fail(committing ? FailureClass::kAmbiguous : FailureClass::kUnavailable, ErrorCode::kIo);
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: fail(FailureClass::kUnavailable, ErrorCode::kIo); break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: fail(FailureClass::kUnavailable, ErrorCode::kCorrupt); break;
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT: fail(FailureClass::kUnavailable, ErrorCode::kUnavailable); break;
    default: break;
  }
  throw DatabaseFailure(FailureClass::kBug, ErrorCode::kInternal, message);
}

void check(sqlite3* database, int code) {
  if (code != SQLITE_OK) throw_failure(database, code, false);
}

// Runs a setting whose text is made here, not a literal: numbers of ours only.
void set_pragma(sqlite3* database, std::string_view name, std::string_view value) {
  const auto text = fmt::format("PRAGMA {}={}", name, value);
  check(database, sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr));
}

std::string pragma(sqlite3* database, std::string_view text) {
  std::string value;
  const auto keep_first = [](void* into, int columns, char** values, char** /*names*/) {
    if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(into) = values[0];
    return 0;
  };
  check(database, sqlite3_exec(database, std::string(text).c_str(), keep_first, &value, nullptr));
  return value;
}

}  // namespace

class SqliteConnection::SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* database, Statistics& statistics, Sql sql) : database_(database), statistics_(statistics) {
    const auto text = sql.text();
    check(database_, sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement_, nullptr));
  }
  ~SqliteStatement() override { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void bind(int position, Value value) override { check(database_, std::visit(Bind{statement_, position}, value)); }

  bool step() override {
    if (!running_) ++statistics_.statements;
    const int code = sqlite3_step(statement_);
    running_ = code == SQLITE_ROW;
    if (code == SQLITE_DONE) return false;
    if (code != SQLITE_ROW) throw_failure(database_, sqlite3_extended_errcode(database_), committing_);
    ++statistics_.rows;
    return true;
  }

  [[nodiscard]] bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] double real(int column) const override { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] std::string_view text(int column) const override {
    const auto* letters = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {letters, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  [[nodiscard]] Bytes bytes(int column) const override {
    const auto* first = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    return {first, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

  [[nodiscard]] std::int64_t changed_rows() const override { return sqlite3_changes64(database_); }

  void reset() noexcept override {
    sqlite3_reset(statement_);  // repeats the error of the last step, which step() has thrown
    sqlite3_clear_bindings(statement_);
    running_ = false;
  }

  // Rows that all its runs have looked at, summed over the loops of its plan.
  [[nodiscard]] std::uint64_t rows_visited() const {
    std::uint64_t sum = 0;
#ifdef SQLITE_ENABLE_STMT_SCANSTATUS
    sqlite3_int64 visited = 0;
    for (int loop = 0; sqlite3_stmt_scanstatus(statement_, loop, SQLITE_SCANSTAT_NVISIT, &visited) == 0; ++loop)
      sum += static_cast<std::uint64_t>(visited);
#endif
    return sum;
  }

  // This statement is COMMIT.
  void mark_committing() { committing_ = true; }

 private:
  struct Bind {
    sqlite3_stmt* statement;
    int position;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, position); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, position, number); }
    int operator()(double number) const { return sqlite3_bind_double(statement, position, number); }
    int operator()(std::string_view text) const {
      // An empty view may have no address, which SQLite would take for NULL.
      return sqlite3_bind_text64(statement, position, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(Bytes bytes) const {
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, position, 0);
      return sqlite3_bind_blob64(statement, position, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
  };

  sqlite3* database_;
  Statistics& statistics_;
  sqlite3_stmt* statement_ = nullptr;
  bool running_ = false;
  bool committing_ = false;
};

void SqliteConnection::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

SqliteConnection::SqliteConnection(const SqliteOptions& options, Role role, const Clock& clock)
    : clock_(clock), checkpoint_pages_(static_cast<int>(options.checkpoint_pages)), next_checkpoint_(checkpoint_pages_) {
  sqlite3* opened = nullptr;
  const int flags = (role == Role::kWriter ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
  const int code = sqlite3_open_v2(options.path.c_str(), &opened, flags, options.vfs);
  database_.reset(opened);  // even a failed open gives a handle, for its message
  check(opened, code);

  sqlite3_busy_timeout(opened, 5'000);  // first: the settings below may meet another connection
  set_pragma(opened, "trusted_schema", "OFF");
  set_pragma(opened, "cell_size_check", "ON");
  set_pragma(opened, "foreign_keys", "ON");
  set_pragma(opened, "mmap_size", "0");
  set_pragma(opened, "temp_store", "MEMORY");
  check(opened, sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  // A plan holds whatever is bound: else a statement with a bound LIMIT is compiled anew each time it runs.
  check(opened, sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr));
  // Only maintain() copies the log back: at a reader's close nobody would see that it failed.
  check(opened, sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
  if (role == Role::kWriter) set_up_writer();
}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::set_up_writer() {
  sqlite3* database = database_.get();
  if (const auto mode = pragma(database, "PRAGMA journal_mode=WAL"); mode != "wal")
    throw DatabaseFailure(FailureClass::kUnavailable, ErrorCode::kIo,
                          fmt::format("SQLite cannot use its write-ahead log here (journal mode is '{}').", mode));
  set_pragma(database, "synchronous", mutant("sqlite_normal") ? "NORMAL" : "FULL");
  set_pragma(database, "journal_size_limit", "67108864");
  set_pragma(database, "wal_autocheckpoint", "0");
  const auto keep_pages = [](void* self, sqlite3* /*database*/, const char* /*schema*/, int pages) {
    static_cast<SqliteConnection*>(self)->log_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database, keep_pages, this);
  // What a former process left in the log goes into the database now, with syncs of our own: a copy that it began may have
  // failed.
  check(database, sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr));
}

Statement& SqliteConnection::prepare(Sql sql) {
  auto& statement = statements_[sql.text().data()];
  if (!statement) statement = std::make_unique<SqliteStatement>(database_.get(), statistics_, sql);
  return *statement;
}

Statistics SqliteConnection::statistics() const {
  auto statistics = statistics_;
  for (const auto& [text, statement] : statements_)
    statistics.rows_visited += static_cast<const SqliteStatement&>(*statement).rows_visited();
  return statistics;
}

void SqliteConnection::run(Sql sql) {
  auto& statement = prepare(sql);
  try {
    statement.step();
  } catch (...) {
    statement.reset();
    throw;
  }
  statement.reset();
}

void SqliteConnection::begin(Begin kind) {
  // IMMEDIATE: a deferred transaction that reads before it writes fails as soon as another has written meanwhile.
  run(kind == Begin::kWrite ? Sql("BEGIN IMMEDIATE") : Sql("BEGIN"));
}

void SqliteConnection::commit() {
  constexpr Sql kCommit = "COMMIT";
  static_cast<SqliteStatement&>(prepare(kCommit)).mark_committing();
  run(kCommit);
  ++statistics_.commits;
}

void SqliteConnection::rollback() noexcept {
  if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

void SqliteConnection::savepoint() { run("SAVEPOINT member"); }

void SqliteConnection::roll_back_to_savepoint() {
  run("ROLLBACK TO member");
  release_savepoint();
}

void SqliteConnection::release_savepoint() { run("RELEASE member"); }

void SqliteConnection::maintain() {
  if (log_pages_ < next_checkpoint_) return;
  next_checkpoint_ = log_pages_ + checkpoint_pages_;  // if this fails, not again at once
  int left = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &left, &copied);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) throw_failure(database_.get(), code, false);
  next_checkpoint_ = checkpoint_pages_;
  log_pages_ = 0;  // whole or in part: the next COMMIT tells how many pages there are then
}

int sqlite_library_version() { return sqlite3_libversion_number(); }

Result<void> check_sqlite_version(int version) {
  if (version >= kOldestSafeVersion) return {};
  return failure(
      ErrorCode::kUnavailable,
      fmt::format(
          "SQLite {}.{}.{} can lose committed changes (a race while its log is reset, mended in 3.51.3). Build Cairn with "
          "`./dev build`, which brings a newer one.",
          version / 1'000'000, version / 1'000 % 1'000, version % 1'000));
}

}  // namespace cairn::db
