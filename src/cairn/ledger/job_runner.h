#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/db/database.h"
#include "cairn/ledger/job.h"
#include "cairn/runtime/task.h"

namespace cairn::ledger {

/// What a step of a job leaves.
struct JobStep {
  bool done = false;
  std::string progress;  ///< JSON, for people and for the next step
};

/// Who can do jobs of one kind, by changes of the database alone. Called from the database's threads.
class JobHandler {
 public:
  virtual ~JobHandler() = default;
  [[nodiscard]] virtual std::string_view kind() const = 0;
  /// The lane that its changes go through.
  [[nodiscard]] virtual db::LaneKey lane(const Job& job) const = 0;
  /// Does the next step, at most about 1,000 rows, in a transaction that also keeps what it answers. Throws Failure: the step is
  /// taken back, and tried again later if the error may pass (kUnavailable, kConflict, kNoSpace, kIo).
  virtual JobStep step(db::Transaction& tx, const Job& job) const = 0;
  /// Tidies up after a job that was cancelled or given up, in the transaction that says so.
  virtual void abandon(db::Transaction& tx, const Job& job) const = 0;
};

/// Does the jobs that are due. Several may run at once, on any instance.
class JobRunner {
 public:
  /// All outlive this. `holder` names this runner among all.
  JobRunner(db::Database& database, std::vector<const JobHandler*> handlers, const JobLimits& limits, const Uuid& holder)
      : database_(database), handlers_(std::move(handlers)), limits_(limits), holder_(holder) {}

  /// Does one job until it ends, fails, or `stopping` says so between two steps; it is then taken up again after its lease. False
  /// if none of a kind that has a handler was due. Throws what the database throws when it cannot even note a failure.
  Task<bool> run_one(Turn turn, const std::function<bool()>& stopping);

 private:
  [[nodiscard]] const JobHandler& handler_of(const Job& job) const;
  Task<> run(Turn turn, Job job, const std::function<bool()>& stopping);
  Task<> fail(Turn turn, const JobHandler& handler, const Job& job, const Error& error, bool for_good);

  db::Database& database_;
  std::vector<const JobHandler*> handlers_;
  JobLimits limits_;
  Uuid holder_;
};

}  // namespace cairn::ledger
