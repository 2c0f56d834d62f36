#pragma once
#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/id.h"
#include "cairn/db/connection.h"

namespace cairn::db {

namespace detail {

inline Value to_value(std::nullptr_t) { return nullptr; }
inline Value to_value(std::nullopt_t) { return nullptr; }
inline Value to_value(bool truth) { return std::int64_t{truth ? 1 : 0}; }
template <std::integral T>
Value to_value(T number) {
  return static_cast<std::int64_t>(number);
}
inline Value to_value(double number) { return number; }
inline Value to_value(std::string_view text) { return text; }
inline Value to_value(const char* text) { return std::string_view(text); }
inline Value to_value(Bytes bytes) { return bytes; }
template <class Kind>
Value to_value(const Id<Kind>& id) {
  return Bytes(id.bytes());
}
inline Value to_value(Instant when) { return static_cast<std::int64_t>(when.time_since_epoch().count()); }
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value(nullptr);
}

}  // namespace detail

/// The rows of a running query; its statement is free again when this dies. What text() and bytes() show lasts until next().
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(&statement) {}
  Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows() {
    if (statement_ != nullptr) statement_->reset();
  }

  /// Goes to the next row; false after the last.
  [[nodiscard]] bool next() { return statement_->step(); }

  [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
  [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
  [[nodiscard]] double real(int column) const { return statement_->real(column); }
  [[nodiscard]] std::string_view text(int column) const { return statement_->text(column); }
  [[nodiscard]] Bytes bytes(int column) const { return statement_->bytes(column); }
  [[nodiscard]] Instant instant(int column) const { return Instant{std::chrono::microseconds(integer(column))}; }
  /// The 16 bytes of an id. Throws Failure(kCorrupt) if there are more or less.
  [[nodiscard]] Uuid uuid(int column) const {
    Uuid uuid;
    const auto stored = bytes(column);
    if (stored.size() != uuid.size()) throw Failure({ErrorCode::kCorrupt, "The database holds an id of another size."});
    std::ranges::copy(stored, uuid.begin());
    return uuid;
  }
  template <class IdType>
  [[nodiscard]] IdType id(int column) const {
    return IdType(uuid(column));
  }

 private:
  Statement* statement_;
};

/// One consistent view of the database, to read from.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Runs a query with its values. Text and bytes among them must outlive the Rows.
  template <class... Values>
  [[nodiscard]] Rows query(Sql sql, const Values&... values) {
    Statement& statement = prepared(sql, values...);
    return Rows(statement);
  }

  /// The database's time.
  [[nodiscard]] Instant now() { return connection_.now(); }

 protected:
  template <class... Values>
  Statement& prepared(Sql sql, const Values&... values) {
    Statement& statement = connection_.prepare(sql);
    int position = 0;
    (statement.bind(++position, detail::to_value(values)), ...);
    return statement;
  }

  Connection& connection_;
};

class Transaction;

/// What a folder keeps in memory beside one transaction and writes at its end: numbers that it deals out to the changes of a
/// batch, for one UPDATE in place of one for each.
class TransactionState {
 public:
  virtual ~TransactionState() = default;
  /// A savepoint begins: what comes after may be taken back.
  virtual void mark() = 0;
  /// Returns to the last mark; to the beginning, if there was none since this state was made.
  virtual void roll_back() = 0;
  /// Writes what is still to be written, just before COMMIT.
  virtual void before_commit(Transaction& transaction) = 0;
};

/// A transaction under way: what is changed in it becomes true together, or not at all. Who has begun it on the connection ends
/// it by commit(), or by the connection's rollback().
class Transaction : public Snapshot {
 public:
  using Snapshot::Snapshot;

  /// The transaction's state of that kind, made at its first use.
  template <class State>
  State& state() {
    static constexpr char kKind{};
    for (const auto& [kind, state] : states_)
      if (kind == &kKind) return static_cast<State&>(*state);
    states_.emplace_back(&kKind, std::make_unique<State>());
    return static_cast<State&>(*states_.back().second);
  }

  /// As the connection's, with the states.
  void savepoint() {
    connection_.savepoint();
    for (const auto& [kind, state] : states_) state->mark();
  }
  void roll_back_to_savepoint() {
    connection_.roll_back_to_savepoint();
    for (const auto& [kind, state] : states_) state->roll_back();
  }
  void release_savepoint() { connection_.release_savepoint(); }

  /// Lets the states write, then commits: Connection::commit().
  void commit() {
    for (const auto& [kind, state] : states_) state->before_commit(*this);
    connection_.commit();
  }

  /// Runs a change to its end and gives the number of rows changed: guarded updates look at it.
  template <class... Values>
  std::int64_t run(Sql sql, const Values&... values) {
    Rows rows(prepared(sql, values...));
    while (rows.next()) {
    }
    return connection_.prepare(sql).changed_rows();
  }

 private:
  std::vector<std::pair<const void*, std::unique_ptr<TransactionState>>> states_;
};

}  // namespace cairn::db
