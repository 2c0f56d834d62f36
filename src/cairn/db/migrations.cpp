#include "cairn/db/migrations.h"

#include <map>

#include <fmt/format.h>

#include "cairn/db/transaction.h"

namespace cairn::db {
namespace {

constexpr Sql kMakeStepTable =
    "CREATE TABLE IF NOT EXISTS schema_step ("
    "  folder TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, applied_at INTEGER NOT NULL,"
    "  PRIMARY KEY (folder, number))";
constexpr Sql kMakeProbeTable = "CREATE TABLE IF NOT EXISTS probe (id INTEGER NOT NULL PRIMARY KEY, at INTEGER NOT NULL)";
constexpr Sql kMakeInstanceTable = "CREATE TABLE IF NOT EXISTS instance (one INTEGER NOT NULL PRIMARY KEY, id BLOB NOT NULL)";
constexpr Sql kFindSteps = "SELECT number, name FROM schema_step WHERE folder = ? ORDER BY number";
constexpr Sql kAddStep = "INSERT INTO schema_step (folder, number, name, applied_at) VALUES (?, ?, ?, ?)";

class InTransaction {
 public:
  explicit InTransaction(Connection& connection) : connection_(connection) { connection.begin(Connection::Begin::kWrite); }
  ~InTransaction() {
    if (!committed_) connection_.rollback();
  }
  InTransaction(const InTransaction&) = delete;
  InTransaction& operator=(const InTransaction&) = delete;

  Transaction& get() { return transaction_; }
  void commit() {
    transaction_.commit();
    committed_ = true;
  }

 private:
  Connection& connection_;
  Transaction transaction_{connection_};
  bool committed_ = false;
};

std::map<std::size_t, std::string> recorded_steps(Connection& connection, std::string_view folder) {
  Snapshot snapshot(connection);
  std::map<std::size_t, std::string> steps;
  auto rows = snapshot.query(kFindSteps, folder);
  while (rows.next()) steps.emplace(static_cast<std::size_t>(rows.integer(0)), rows.text(1));
  return steps;
}

void apply(Connection& connection, std::string_view folder, std::size_t number, const MigrationStep& step) {
  InTransaction transaction(connection);
  for (const auto& statement : step.statements) transaction.get().run(statement);
  transaction.get().run(kAddStep, folder, number, step.name, transaction.get().now());
  transaction.commit();
}

}  // namespace

FolderMigrations own_migrations() {
  return {.folder = "db",
          .steps = {{.name = "step and probe tables", .statements = {kMakeStepTable, kMakeProbeTable}},
                    {.name = "instance", .statements = {kMakeInstanceTable}}}};
}

Result<Migrated> migrate(Connection& connection, std::span<const FolderMigrations> folders) {
  {
    InTransaction transaction(connection);
    transaction.get().run(kMakeStepTable);
    transaction.commit();
  }
  Migrated done;
  for (const auto& [folder, steps] : folders) {
    const auto recorded = recorded_steps(connection, folder);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto found = recorded.find(i + 1);
      if (found == recorded.end()) {
        apply(connection, folder, i + 1, steps[i]);
        ++done.applied;
      } else if (found->second != steps[i].name) {
        return failure(
            ErrorCode::kConflict,
            fmt::format("Step {} of {} in this database is '{}', but this program knows it as '{}': the database belongs "
                        "to another program or version.",
                        i + 1, folder, found->second, steps[i].name));
      }
    }
    if (!recorded.empty() && recorded.rbegin()->first > steps.size()) done.unknown += recorded.rbegin()->first - steps.size();
  }
  return done;
}

}  // namespace cairn::db
