#include "cairn/app/housekeeping.h"

#include <functional>

#include "cairn/app/tidy.h"
#include "cairn/content/ended_scopes.h"

namespace cairn::app {
namespace {

constexpr std::chrono::milliseconds kRefreshInterval = std::chrono::minutes(1);  // DESIGN D20
constexpr Turn kHousekeeping{};

}  // namespace

Housekeeping::Housekeeping(IoThread& thread, Storage& storage, const Settings& settings, Log& log, Metrics& metrics)
    : thread_(thread),
      storage_(storage),
      settings_(settings),
      log_(log),
      failures_(metrics.counter("cairn_housekeeping_failures_total", "Runs that failed and will be tried again")),
      removed_(metrics.counter("cairn_garbage_removed_total", "Blobs that nobody referred to and that were removed")),
      held_back_(metrics.gauge("cairn_garbage_held_back",
                               "1 while the breaker or the store's marker holds back the removal of content")),
      refresh_timer_(thread),
      garbage_timer_(thread),
      tidy_timer_(thread),
      limits_({.inline_nodes = settings.jobs.step_rows, .step_rows = settings.jobs.step_rows}),
      purge_jobs_(storage.journal(), limits_),
      copy_jobs_(storage.journal(), limits_),
      space_removal_jobs_(limits_),
      jobs_(storage.database(), {&purge_jobs_, &copy_jobs_, &space_removal_jobs_},
            {.lease = settings.jobs.lease, .attempts = static_cast<std::int64_t>(settings.jobs.attempts)},
            make_uuid(SystemClock().now())) {
  for (std::uint64_t i = 0; i < settings.jobs.parallel; ++i) job_timers_.push_back(std::make_unique<Timer>(thread));
  thread_.run([this] {
    tasks_.spawn(refresh_store());
    tasks_.spawn(collect_garbage());
    tasks_.spawn(tidy_up());
    for (const auto& timer : job_timers_) tasks_.spawn(do_jobs(*timer));
  });
}

Housekeeping::~Housekeeping() {
  thread_.run([this] {
    refresh_timer_.cancel();
    garbage_timer_.cancel();
    tidy_timer_.cancel();
    stopping_ = true;
    for (const auto& timer : job_timers_) timer->cancel();
    end_.spawn(end_when_done());
  });
  ended_.acquire();
  thread_.run([] {});  // the coroutine that released it has left by now
}

Task<> Housekeeping::end_when_done() {
  co_await tasks_.join();
  ended_.release();
}

Task<> Housekeeping::refresh_store() {
  for (;;) {
    const bool passed = co_await refresh_timer_.wait(kRefreshInterval);
    if (!passed) co_return;
    try {
      co_await storage_.guard().refresh(kHousekeeping);
    } catch (const Failure& failure) {
      failures_.add();
      log_.error("store.refresh", {{"what", failure.error().message}});
    }
  }
}

Task<> Housekeeping::collect_garbage() {
  const std::function<bool()> stopping = [this] { return stopping_; };
  for (;;) {
    const bool passed = co_await garbage_timer_.wait(settings_.content.garbage_interval);
    if (!passed) co_return;
    try {
      const auto done = co_await storage_.garbage().run(kHousekeeping, stopping);
      report(done);
      const auto destroyed =
          co_await content::destroy_ended_scopes(kHousekeeping, storage_.database(), storage_.guard(), storage_.scope_keys());
      if (destroyed > 0) log_.info("keys.destroyed", {{"spaces", destroyed}});
    } catch (const Failure& failure) {
      failures_.add();
      log_.error("garbage.failed", {{"what", failure.error().message}});
    }
  }
}

Task<> Housekeeping::tidy_up() {
  const std::function<bool()> stopping = [this] { return stopping_; };
  for (;;) {
    const bool passed = co_await tidy_timer_.wait(settings_.ledger.tidy_interval);
    if (!passed) co_return;
    try {
      co_await tidy(storage_.database(), settings_, stopping);
    } catch (const Failure& failure) {
      failures_.add();
      log_.error("tidy.failed", {{"what", failure.error().message}});
    }
  }
}

// Does jobs while there are any, then looks again after a while.
Task<> Housekeeping::do_jobs(Timer& timer) {
  const std::function<bool()> stopping = [this] { return stopping_; };
  while (!stopping_) {
    bool did = false;
    try {
      did = co_await jobs_.run_one(kHousekeeping, stopping);
    } catch (const std::exception& failure) {
      failures_.add();
      log_.error("jobs.failed", {{"what", failure.what()}});
    }
    if (did) continue;
    const bool passed = co_await timer.wait(settings_.jobs.poll);
    if (!passed) co_return;
  }
}

void Housekeeping::report(const content::GarbageReport& report) {
  removed_.add(static_cast<double>(report.removed));
  failures_.add(static_cast<double>(report.failed));
  held_back_.set(report.tripped || report.not_allowed ? 1 : 0);
  if (report.tripped) log_.error("garbage.breaker");
  if (report.not_allowed) log_.error("garbage.not_allowed");
  if (report.removed > 0 || report.kept > 0 || report.failed > 0)
    log_.info("garbage.done", {{"removed", report.removed}, {"kept", report.kept}, {"failed", report.failed}});
}

}  // namespace cairn::app
