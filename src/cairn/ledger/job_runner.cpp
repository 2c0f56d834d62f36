#include "cairn/ledger/job_runner.h"

#include <algorithm>
#include <optional>

namespace cairn::ledger {
namespace {

constexpr db::LaneKey kJobs{};  // where jobs are taken and given up; their steps go through lanes of their own

struct TakeJob {
  Uuid holder;
  JobLimits limits;

  [[nodiscard]] static db::LaneKey lane() { return kJobs; }
  std::optional<Job> run(db::Transaction& tx) const { return take_job(tx, holder, limits); }
};

// One step of a job with what it leaves; the job as it is after it, nothing if it has ended.
struct DoStep {
  const JobHandler* handler;
  Job job;
  JobLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return handler->lane(job); }
  std::optional<Job> run(db::Transaction& tx) const {
    auto now = find_job(tx, job.id);
    if (!now || now->fence.number != job.fence.number)
      throw Failure({ErrorCode::kConflict, "The job was given to another runner."});
    if (now->cancelled) {
      handler->abandon(tx, *now);
      note_end(tx, *now, JobState::kCancelled, "");
      return std::nullopt;
    }
    const auto step = handler->step(tx, *now);
    note_step(tx, *now, step.progress, limits);
    if (step.done) {
      note_end(tx, *now, JobState::kDone, "");
      return std::nullopt;
    }
    now->progress = step.progress;
    now->attempts = 0;
    return now;
  }
};

bool may_pass(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnavailable:
    case ErrorCode::kConflict:
    case ErrorCode::kNoSpace:
    case ErrorCode::kIo: return true;
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kDenied:
    case ErrorCode::kTooManyAttempts:
    case ErrorCode::kQuotaExceeded:
    case ErrorCode::kRangeNotSatisfiable:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return false;
  }
  std::unreachable();
}

struct NoteFailure {
  const JobHandler* handler;  // null if nobody knows this kind
  Job job;
  Error error;
  JobLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return handler != nullptr ? handler->lane(job) : kJobs; }
  void run(db::Transaction& tx) const {
    const auto now = find_job(tx, job.id);
    if (!now || now->fence.number != job.fence.number) return;  // another runner has it: whatever failed here is not its end
    if (may_pass(error.code) && now->attempts < limits.attempts) {
      note_failure(tx, *now, error.message, limits);
      return;
    }
    if (handler != nullptr) handler->abandon(tx, *now);
    note_end(tx, *now, JobState::kFailed, error.message);
  }
};

}  // namespace

const JobHandler* JobRunner::handler_of(const Job& job) const {
  const auto found = std::ranges::find_if(handlers_, [&](const JobHandler* handler) { return handler->kind() == job.kind; });
  return found == handlers_.end() ? nullptr : *found;
}

Task<bool> JobRunner::run_one(Turn turn, const std::function<bool()>& stopping) {
  auto take = TakeJob{.holder = holder_, .limits = limits_};
  auto job = co_await database_.write(turn, take);
  if (!job) co_return false;
  co_await run(turn, *std::move(job), stopping);
  co_return true;
}

Task<> JobRunner::run(Turn turn, Job job, const std::function<bool()>& stopping) {
  const auto* handler = handler_of(job);
  std::optional<Error> failed;
  if (handler == nullptr) failed = Error{ErrorCode::kUnavailable, "This program does not know jobs of this kind."};
  while (!failed && !stopping()) {
    try {
      auto step = DoStep{.handler = handler, .job = job, .limits = limits_};
      auto next = co_await database_.write(turn, step);
      if (!next) co_return;
      job = *std::move(next);
    } catch (const Failure& failure) {
      failed = failure.error();
    } catch (const std::exception& defect) {
      failed = Error{ErrorCode::kInternal, defect.what()};
    }
  }
  if (failed) co_await fail(turn, handler, job, *failed);
}

Task<> JobRunner::fail(Turn turn, const JobHandler* handler, const Job& job, const Error& error) {
  auto note = NoteFailure{.handler = handler, .job = job, .error = error, .limits = limits_};
  co_await database_.write(turn, note);
}

}  // namespace cairn::ledger
