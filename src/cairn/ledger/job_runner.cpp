#include "cairn/ledger/job_runner.h"

#include <algorithm>
#include <optional>

namespace cairn::ledger {
namespace {

constexpr db::LaneKey kJobs{};  // where jobs are taken and given up; their steps go through lanes of their own

struct TakeJob {
  std::vector<std::string_view> kinds;
  Uuid holder;
  JobLimits limits;

  [[nodiscard]] static db::LaneKey lane() { return kJobs; }
  std::optional<Job> run(db::Transaction& tx) const { return take_job(tx, kinds, holder, limits); }
};

// One step of a job with what it leaves; the job as it is after it, nothing if it has ended.
struct DoStep {
  const JobHandler* handler;
  db::LaneKey lane_key;
  Job job;
  JobLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return lane_key; }
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
    case ErrorCode::kLocked:
    case ErrorCode::kNoSpace:
    case ErrorCode::kIo: return true;
    case ErrorCode::kInvalidInput:
    case ErrorCode::kUnsupportedMedia:
    case ErrorCode::kChecksumMismatch:
    case ErrorCode::kGone:
    case ErrorCode::kReusedKey:
    case ErrorCode::kNotFound:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kDenied:
    case ErrorCode::kTooManyAttempts:
    case ErrorCode::kTooManyUploads:
    case ErrorCode::kQuotaExceeded:
    case ErrorCode::kRangeNotSatisfiable:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return false;
  }
  std::unreachable();
}

struct NoteFailure {
  const JobHandler* handler;  // null: nothing is tidied up
  db::LaneKey lane_key;
  Job job;
  Error error;
  bool for_good;
  JobLimits limits;

  [[nodiscard]] db::LaneKey lane() const { return lane_key; }
  void run(db::Transaction& tx) const {
    const auto now = find_job(tx, job.id);
    if (!now || now->fence.number != job.fence.number) return;  // another runner has it: whatever failed here is not its end
    if (!for_good && may_pass(error.code) && now->attempts < limits.attempts) {
      note_failure(tx, *now, error.message, limits);
      return;
    }
    if (handler != nullptr) handler->abandon(tx, *now);
    note_end(tx, *now, JobState::kFailed, error.message);
  }
};

}  // namespace

const JobHandler& JobRunner::handler_of(const Job& job) const {
  return **std::ranges::find_if(handlers_, [&](const JobHandler* handler) { return handler->kind() == job.kind; });
}

Task<bool> JobRunner::run_one(Turn turn, const std::function<bool()>& stopping) {
  auto take = TakeJob{.kinds = {}, .holder = holder_, .limits = limits_};
  for (const auto* handler : handlers_) take.kinds.push_back(handler->kind());
  auto job = co_await database_.write(turn, take);
  if (!job) co_return false;
  co_await run(turn, *std::move(job), stopping);
  co_return true;
}

Task<> JobRunner::run(Turn turn, Job job, const std::function<bool()>& stopping) {
  const auto& handler = handler_of(job);
  std::optional<Error> failed;
  bool for_good = false;
  if (job.attempts > limits_.attempts) {
    failed = Error{ErrorCode::kInternal, "It was begun again and again and never came to the end of a step."};
    for_good = true;
  }
  while (!failed && !stopping()) {
    try {
      auto step = DoStep{.handler = &handler, .lane_key = handler.lane(job), .job = job, .limits = limits_};
      auto next = co_await database_.write(turn, step);
      if (!next) co_return;
      job = *std::move(next);
    } catch (const Failure& failure) {
      failed = failure.error();
    } catch (const std::exception& defect) {
      failed = Error{ErrorCode::kInternal, defect.what()};
    }
  }
  if (failed) co_await fail(turn, handler, job, *failed, for_good);
}

Task<> JobRunner::fail(Turn turn, const JobHandler& handler, const Job& job, const Error& error, bool for_good) {
  std::optional<Error> cannot_tidy;
  try {
    auto note = NoteFailure{
        .handler = &handler, .lane_key = handler.lane(job), .job = job, .error = error, .for_good = for_good, .limits = limits_};
    co_await database_.write(turn, note);
  } catch (const db::DatabaseFailure&) {
    throw;  // not even that can be noted: the job is taken up again after its lease
  } catch (const std::exception& defect) {
    cannot_tidy = Error{ErrorCode::kInternal, error.message + " And it could not be tidied up after: " + defect.what()};
  }
  if (!cannot_tidy) co_return;
  auto note =
      NoteFailure{.handler = nullptr, .lane_key = kJobs, .job = job, .error = *cannot_tidy, .for_good = true, .limits = limits_};
  co_await database_.write(turn, note);
}

}  // namespace cairn::ledger
