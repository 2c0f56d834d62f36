#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "cairn/base/time.h"
#include "cairn/db/failure.h"
#include "cairn/db/sql.h"

namespace cairn::db {

using Bytes = std::span<const std::byte>;

/// A value on its way into a statement. Names and keys are Bytes in every database: text would be folded or padded by some.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Bytes>;

/// A prepared statement of one connection. Errors are thrown as DatabaseFailure.
class Statement {
 public:
  virtual ~Statement() = default;

  /// Binds the value of the `position`-th `?`, from 1. Text and bytes must stay until reset().
  virtual void bind(int position, Value value) = 0;

  /// Runs up to the next row: true if there is one, whose columns (from 0) can then be read until the next step or reset.
  virtual bool step() = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string_view text(int column) const = 0;
  [[nodiscard]] virtual Bytes bytes(int column) const = 0;

  /// Rows inserted, updated or deleted by the last run to its end.
  [[nodiscard]] virtual std::int64_t changed_rows() const = 0;

  /// Ends the run and forgets the values, so that it can run again.
  virtual void reset() noexcept = 0;
};

/// What a connection has done so far, for tests that count instead of timing.
struct Statistics {
  /// Runs of statements, transaction control included: round trips, where the database is a server.
  std::uint64_t statements = 0;
  std::uint64_t rows = 0;  ///< rows returned
  /// Rows that the database looked at for them, in tables and indexes, by its own count; 0 in a build without tests.
  std::uint64_t rows_visited = 0;
  std::uint64_t commits = 0;
  friend bool operator==(const Statistics&, const Statistics&) = default;
};

/// One connection, used by one thread at a time. Errors are thrown as DatabaseFailure.
class Connection {
 public:
  virtual ~Connection() = default;

  /// The statement, prepared at its first use and kept as long as the connection. It belongs to the connection.
  virtual Statement& prepare(Sql sql) = 0;

  enum class Begin { kRead, kWrite };
  /// Starts a transaction: one consistent view to read, or the right to write.
  virtual void begin(Begin kind) = 0;
  /// Ends it; when this returns, its changes survive a power cut. kAmbiguous if that is not known.
  virtual void commit() = 0;
  /// Ends it without its changes. Never throws: a connection that cannot even do that is closed by the database.
  virtual void rollback() noexcept = 0;
  /// False once the database itself has ended the transaction, as SQLite does when the disk is full.
  [[nodiscard]] virtual bool in_transaction() const = 0;

  /// Marks a place in the transaction that roll_back_to_savepoint() returns to. One at a time.
  virtual void savepoint() = 0;
  virtual void roll_back_to_savepoint() = 0;
  virtual void release_savepoint() = 0;

  /// The database's time: the only source for expiry and leases. The same within one transaction is not promised.
  [[nodiscard]] virtual Instant now() = 0;

  /// Work that the database needs now and then between transactions (SQLite: copying its log). Throws what that throws.
  virtual void maintain() = 0;

  [[nodiscard]] virtual Statistics statistics() const = 0;
};

}  // namespace cairn::db
