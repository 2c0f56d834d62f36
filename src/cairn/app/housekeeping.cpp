#include "cairn/app/housekeeping.h"

namespace cairn::app {
namespace {

constexpr std::chrono::milliseconds kRefreshInterval = std::chrono::minutes(1);  // DESIGN D20
constexpr Turn kHousekeeping{};

}  // namespace

Housekeeping::Housekeeping(IoThread& thread, Storage& storage, std::chrono::milliseconds garbage_interval, Log& log,
                           Metrics& metrics)
    : thread_(thread),
      storage_(storage),
      garbage_interval_(garbage_interval),
      log_(log),
      failures_(metrics.counter("cairn_housekeeping_failures_total", "Runs that failed and will be tried again")),
      removed_(metrics.counter("cairn_garbage_removed_total", "Blobs that nobody referred to and that were removed")),
      held_back_(metrics.gauge("cairn_garbage_held_back",
                               "1 while the breaker or the store's marker holds back the removal of content")),
      refresh_timer_(thread),
      garbage_timer_(thread) {
  thread_.run([this] {
    tasks_.spawn(refresh_store());
    tasks_.spawn(collect_garbage());
  });
}

Housekeeping::~Housekeeping() {
  thread_.run([this] {
    refresh_timer_.cancel();
    garbage_timer_.cancel();
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
  for (;;) {
    const bool passed = co_await garbage_timer_.wait(garbage_interval_);
    if (!passed) co_return;
    try {
      const auto done = co_await storage_.garbage().run(kHousekeeping);
      report(done);
    } catch (const Failure& failure) {
      failures_.add();
      log_.error("garbage.failed", {{"what", failure.error().message}});
    }
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
