#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/id.h"
#include "cairn/db/transaction.h"
#include "cairn/ledger/lease.h"

namespace cairn::ledger {

struct JobKind {
  static constexpr std::string_view kPrefix = "job";
};
using JobId = Id<JobKind>;

enum class JobState : std::uint8_t {
  kWaiting = 0,
  kRunning = 1,
  kDone = 2,
  kFailed = 3,
  kCancelled = 4,
};

/// Durable work in the background: asked for in the transaction of a change, done in steps, each of which can be killed and
/// repeated.
struct Job {
  JobId id;
  std::string kind;  ///< `tree.copy`: who can do it
  Uuid owner{};      ///< who may look at it and cancel it
  std::string payload;
  std::string progress;  ///< what the last step left: JSON, `{}` before the first
  JobState state = JobState::kWaiting;
  bool cancelled = false;  ///< somebody asked for its end
  std::int64_t attempts = 0;
  std::string error;
  Fence fence;
};

struct NewJob {
  std::string_view kind;
  Uuid owner{};
  std::string payload;  ///< JSON
};

/// Queues a job: it is done once the transaction is kept.
JobId enqueue(db::Transaction& tx, const NewJob& job);

[[nodiscard]] std::optional<Job> find_job(db::Snapshot& snapshot, const JobId& id);

/// Asks for the end of a job; false if it has ended already. It ends at its next step.
bool cancel_job(db::Transaction& tx, const JobId& id);

/// How often, and how long.
struct JobLimits {
  std::chrono::microseconds lease = std::chrono::minutes(1);  ///< a job whose runner is silent for so long is given to another
  std::int64_t attempts = 8;                                  ///< failures in a row, without a step done, until it is given up
  std::chrono::microseconds first_pause = std::chrono::seconds(1);  ///< after a failure; doubled by each further one
};

/// Takes the next job of these kinds that is due, for `holder`; nothing if none is. Others wait for a program that knows them.
[[nodiscard]] std::optional<Job> take_job(db::Transaction& tx, std::span<const std::string_view> kinds, const Uuid& holder,
                                          const JobLimits& limits);

/// True if a job of that kind and owner waits or runs; of that kind at all, without an owner.
[[nodiscard]] bool has_open_job(db::Snapshot& snapshot, std::string_view kind, const std::optional<Uuid>& owner);

/// Notes a step in the transaction that does it. Throws Failure(kConflict) if the job was given to another runner since.
void note_step(db::Transaction& tx, const Job& job, std::string_view progress, const JobLimits& limits);

/// Notes the end, with the same guard.
void note_end(db::Transaction& tx, const Job& job, JobState state, std::string_view error);

/// Notes a failure after which the job is tried again later.
void note_failure(db::Transaction& tx, const Job& job, std::string_view error, const JobLimits& limits);

/// Forgets jobs that ended before `before`, at most `limit`.
std::int64_t forget_jobs(db::Transaction& tx, Instant before, std::size_t limit);

}  // namespace cairn::ledger
