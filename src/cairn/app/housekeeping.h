#pragma once
#include <chrono>
#include <memory>
#include <semaphore>
#include <vector>

#include "cairn/app/storage.h"
#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/base/settings.h"
#include "cairn/runtime/io_thread.h"
#include "cairn/runtime/task_group.h"
#include "cairn/tree/copy_node.h"
#include "cairn/tree/purge.h"
#include "cairn/tree/space_removal.h"

namespace cairn::app {

/// What is done now and then while the server runs: telling the store how far the database is, removing what nobody refers to,
/// forgetting what has had its time, and doing jobs. A run that fails is logged, counted, and tried again at its next time.
class Housekeeping {
 public:
  /// Begins at once, on `thread`. What is passed by reference outlives this.
  Housekeeping(IoThread& thread, Storage& storage, const Settings& settings, Log& log, Metrics& metrics);
  /// Ends the waits, and returns when the runs under way have ended; jobs end after their step.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  Task<> refresh_store();
  Task<> collect_garbage();
  Task<> tidy_up();
  Task<> do_jobs(Timer& timer);
  Task<> end_when_done();
  void report(const content::GarbageReport& report);

  IoThread& thread_;
  Storage& storage_;
  const Settings& settings_;
  Log& log_;
  Counter failures_;
  Counter removed_;
  Gauge held_back_;
  Timer refresh_timer_;
  Timer garbage_timer_;
  Timer tidy_timer_;
  const tree::Limits limits_;
  const tree::PurgeJobs purge_jobs_;
  const tree::CopyJobs copy_jobs_;
  const tree::SpaceRemovalJobs space_removal_jobs_;
  ledger::JobRunner jobs_;
  std::vector<std::unique_ptr<Timer>> job_timers_;
  bool stopping_ = false;  // on the thread
  TaskGroup tasks_;
  TaskGroup end_;
  std::binary_semaphore ended_{0};
};

}  // namespace cairn::app
