#pragma once
#include <chrono>
#include <semaphore>

#include "cairn/app/storage.h"
#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/runtime/io_thread.h"
#include "cairn/runtime/task_group.h"

namespace cairn::app {

/// What is done now and then while the server runs: telling the store how far the database is, and removing what nobody refers
/// to. A run that fails is logged, counted, and tried again at its next time.
class Housekeeping {
 public:
  /// Begins at once, on `thread`. What is passed by reference outlives this.
  Housekeeping(IoThread& thread, Storage& storage, std::chrono::milliseconds garbage_interval, Log& log, Metrics& metrics);
  /// Ends the waits, and returns when the run under way has ended.
  ~Housekeeping();
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

 private:
  Task<> refresh_store();
  Task<> collect_garbage();
  Task<> end_when_done();
  void report(const content::GarbageReport& report);

  IoThread& thread_;
  Storage& storage_;
  const std::chrono::milliseconds garbage_interval_;
  Log& log_;
  Counter failures_;
  Counter removed_;
  Gauge held_back_;
  Timer refresh_timer_;
  Timer garbage_timer_;
  TaskGroup tasks_;
  TaskGroup end_;
  std::binary_semaphore ended_{0};
};

}  // namespace cairn::app
