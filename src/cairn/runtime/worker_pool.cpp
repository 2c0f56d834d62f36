#include "cairn/runtime/worker_pool.h"

#include <pthread.h>

namespace cairn {

WorkerPool::WorkerPool(const std::string& name, Limits limits, Metrics& metrics)
    : timed_(limits.timed),
      queue_({.usual = limits.queue, .reserved = limits.reserved}),
      depth_(metrics.gauge("cairn_pool_waiting", "Operations that wait for a thread of the pool", {{"pool", name}})),
      refused_(metrics.counter("cairn_pool_refused_total", "Operations refused since the queue was full", {{"pool", name}})),
      waited_(metrics.histogram("cairn_pool_wait_seconds", "How long operations waited for a thread",
                                {0.0001, 0.001, 0.01, 0.1, 1, 10}, {{"pool", name}})) {
  threads_.reserve(limits.threads);
  for (std::size_t i = 0; i < limits.threads; ++i) {
    threads_.emplace_back([this, name] {
      pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
      work();
    });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
  for (auto& thread : threads_) thread.join();
}

Error WorkerPool::full() { return {ErrorCode::kUnavailable, "The server is busy; try again in a moment."}; }

bool WorkerPool::push(Turn turn, detail::PoolJob& job) {
  // Woken under the lock: once it is free the job may run, and whoever waited for that may take the pool down.
  const std::scoped_lock lock(mutex_);
  if (!queue_.push(turn, Waiting{&job, std::chrono::steady_clock::now()})) {
    refused_.add();
    return false;
  }
  depth_.set(static_cast<double>(queue_.size()));
  wakes_.notify_one();
  return true;
}

bool WorkerPool::run_one() {
  std::unique_lock lock(mutex_);
  const auto next = queue_.pop();
  lock.unlock();
  if (!next) return false;
  next->job->run();
  next->job->finish();
  return true;
}

void WorkerPool::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wakes_.wait(lock, [&] { return !queue_.empty() || stopping_; });
    const auto next = queue_.pop();
    if (!next) return;  // stopping, and nothing is left
    depth_.set(static_cast<double>(queue_.size()));
    lock.unlock();
    waited_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - next->since).count());
    next->job->run();
    next->job->finish();
  }
}

}  // namespace cairn
