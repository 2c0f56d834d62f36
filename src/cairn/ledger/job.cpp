#include "cairn/ledger/job.h"

#include <algorithm>

namespace cairn::ledger {
namespace {

constexpr db::Sql kFind =
    "SELECT id, kind, owner_id, payload, progress, state, cancelled, attempts, error, fence FROM job WHERE id = ?";

Job job_of(const db::Rows& rows) {
  return {.id = rows.id<JobId>(0),
          .kind = std::string(rows.text(1)),
          .owner = rows.uuid(2),
          .payload = std::string(rows.text(3)),
          .progress = std::string(rows.text(4)),
          .state = static_cast<JobState>(rows.integer(5)),
          .cancelled = rows.integer(6) != 0,
          .attempts = rows.integer(7),
          .error = std::string(rows.text(8)),
          .fence = {rows.integer(9)}};
}

void require_fence(std::int64_t changed) {
  if (changed == 0) throw Failure({ErrorCode::kConflict, "The job was given to another runner."});
}

int number(JobState state) { return static_cast<int>(state); }

}  // namespace

JobId enqueue(db::Transaction& tx, const NewJob& job) {
  constexpr db::Sql kAdd =
      "INSERT INTO job (id, kind, owner_id, payload, progress, state, cancelled, attempts, error, holder, fence, run_at,"
      " lease_until, changed_at) VALUES (?, ?, ?, ?, '{}', ?, 0, 0, '', ?, 0, ?, 0, ?)";
  const auto now = tx.now();
  const auto id = JobId::make(now);
  tx.run(kAdd, id, job.kind, job.owner, job.payload, number(JobState::kWaiting), Uuid{}, now, now);
  return id;
}

std::optional<Job> find_job(db::Snapshot& snapshot, const JobId& id) {
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return job_of(rows);
}

bool cancel_job(db::Transaction& tx, const JobId& id) {
  constexpr db::Sql kCancel =
      "UPDATE job SET cancelled = 1, run_at = CASE WHEN state = 0 THEN ? ELSE run_at END WHERE id = ? AND state IN (0, 1)";
  return tx.run(kCancel, tx.now(), id) == 1;
}

std::optional<Job> take_job(db::Transaction& tx, std::span<const std::string_view> kinds, const Uuid& holder,
                            const JobLimits& limits) {
  constexpr db::Sql kWaiting = "SELECT id, run_at FROM job WHERE kind = ? AND state = 0 AND run_at <= ? ORDER BY run_at LIMIT 1";
  constexpr db::Sql kForsaken =
      "SELECT id, run_at FROM job WHERE kind = ? AND state = 1 AND lease_until <= ? ORDER BY lease_until LIMIT 1";
  constexpr db::Sql kTake =
      "UPDATE job SET state = 1, attempts = attempts + 1, holder = ?, fence = fence + 1, lease_until = ? WHERE id = ?";
  const auto now = tx.now();
  std::optional<std::pair<std::int64_t, JobId>> oldest;
  for (const auto& kind : kinds) {
    for (const auto& sql : {kForsaken, kWaiting}) {
      auto rows = tx.query(sql, kind, now);
      if (!rows.next()) continue;
      const std::pair found(rows.integer(1), rows.id<JobId>(0));
      if (!oldest || found < *oldest) oldest = found;
    }
  }
  if (!oldest) return std::nullopt;
  tx.run(kTake, holder, now + limits.lease, oldest->second);
  return find_job(tx, oldest->second);
}

bool has_open_job(db::Snapshot& snapshot, std::string_view kind, const std::optional<Uuid>& owner) {
  constexpr db::Sql kAny = "SELECT 1 FROM job WHERE kind = ? AND state IN (0, 1) LIMIT 1";
  if (!owner) return snapshot.query(kAny, kind).next();
  constexpr db::Sql kOpen = "SELECT 1 FROM job WHERE kind = ? AND state IN (0, 1) AND owner_id = ? LIMIT 1";
  return snapshot.query(kOpen, kind, *owner).next();
}

void note_step(db::Transaction& tx, const Job& job, std::string_view progress, const JobLimits& limits) {
  constexpr db::Sql kNote =
      "UPDATE job SET progress = ?, attempts = 0, error = '', lease_until = ? WHERE id = ? AND state = 1 AND fence = ?";
  require_fence(tx.run(kNote, progress, tx.now() + limits.lease, job.id, job.fence.number));
}

void note_end(db::Transaction& tx, const Job& job, JobState state, std::string_view error) {
  constexpr db::Sql kNote = "UPDATE job SET state = ?, error = ?, changed_at = ? WHERE id = ? AND state = 1 AND fence = ?";
  require_fence(tx.run(kNote, number(state), error, tx.now(), job.id, job.fence.number));
}

void note_failure(db::Transaction& tx, const Job& job, std::string_view error, const JobLimits& limits) {
  constexpr db::Sql kNote = "UPDATE job SET state = 0, error = ?, run_at = ? WHERE id = ? AND state = 1 AND fence = ?";
  constexpr std::int64_t kMostDoublings = 10;
  const auto pause = limits.first_pause * (std::int64_t{1} << std::clamp<std::int64_t>(job.attempts - 1, 0, kMostDoublings));
  require_fence(tx.run(kNote, error, tx.now() + pause, job.id, job.fence.number));
}

std::int64_t forget_jobs(db::Transaction& tx, Instant before, std::size_t limit) {
  constexpr db::Sql kForget =
      "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state IN (2, 3, 4) AND changed_at < ? ORDER BY changed_at LIMIT ?)";
  return tx.run(kForget, before, limit);
}

}  // namespace cairn::ledger
