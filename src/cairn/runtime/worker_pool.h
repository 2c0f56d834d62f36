#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/metrics.h"
#include "cairn/runtime/executor.h"
#include "cairn/runtime/fair_queue.h"
#include "cairn/runtime/outcome.h"
#include "cairn/runtime/task.h"

namespace cairn {

/// Work for a pool: an object that owns all its inputs, with `run()`, which blocks and returns its answer by value.
template <class T>
concept Operation = requires(T operation) { std::move(operation).run(); };

/// What `run()` of an operation answers.
template <Operation Op>
using AnswerOf = decltype(std::declval<Op>().run());

namespace detail {

// A piece of queued work. It lies in the frame of the coroutine that waits for it.
class PoolJob {
 public:
  virtual ~PoolJob() = default;
  virtual void run() noexcept = 0;
  // Hands the coroutine back; the job may be gone when this returns.
  virtual void finish() noexcept = 0;
};

}  // namespace detail

/// Threads that do blocking work. The queue is bounded and fair by Turn::key.
class WorkerPool {
 public:
  struct Limits {
    std::size_t threads;
    std::size_t queue;                ///< usual work that may wait
    std::size_t reserved;             ///< reserved work that may wait
    Stopwatch::Part timed = nullptr;  ///< what its work counts as; null: nothing
  };

  /// Starts the threads. `name` labels the pool's metrics and threads.
  WorkerPool(const std::string& name, Limits limits, Metrics& metrics);
  /// Finishes what is queued, then ends the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs the next operation that waits on the calling thread; false if none waits. How tests run a pool without threads, step by
  /// step.
  bool run_one();

  /// Runs `operation` on a thread of the pool and resumes the caller where it was. What the operation throws comes out
  /// here. Once queued it is not cancelled: its caller may lose interest, the work is done all the same. Throws
  /// Failure(kUnavailable) if the queue is full.
  template <Operation Op>
  Task<AnswerOf<Op>> run(Turn turn, Op operation) {
    const Stopwatch watch(timed_ != nullptr ? turn.timing : nullptr, timed_);
    Job<Op> job(*this, turn, std::move(operation));
    co_return co_await job;
  }

 private:
  template <Operation Op>
  class Job final : public detail::PoolJob {
   public:
    Job(WorkerPool& pool, Turn turn, Op operation) : pool_(pool), turn_(turn), operation_(std::move(operation)) {}

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiting) {
      waiting_ = waiting;
      home_ = Executor::current();
      accepted_ = true;  // once pushed, the job may run and end before push returns: nothing of it is touched after
      if (pool_.push(turn_, *this)) return true;
      accepted_ = false;
      return false;
    }
    AnswerOf<Op> await_resume() {
      if (!accepted_) throw Failure(full());
      return outcome_.take();
    }

    void run() noexcept override {
      try {
        outcome_.run([this] { return std::move(operation_).run(); });
      } catch (...) {
        outcome_.fail(std::current_exception());  // thrown again where the operation is awaited
      }
    }
    void finish() noexcept override { resume_at(home_, waiting_); }

   private:
    WorkerPool& pool_;
    Turn turn_;
    Op operation_;
    bool accepted_ = false;
    Outcome<AnswerOf<Op>> outcome_;
    std::coroutine_handle<> waiting_;
    Executor* home_ = nullptr;
  };

  struct Waiting {
    detail::PoolJob* job;
    std::chrono::steady_clock::time_point since;
  };

  static Error full();
  [[nodiscard]] bool push(Turn turn, detail::PoolJob& job);
  void work();

  const Stopwatch::Part timed_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  FairQueue<Waiting> queue_;
  bool stopping_ = false;
  Gauge depth_;
  Counter refused_;
  Histogram waited_;
  std::vector<std::thread> threads_;
};

}  // namespace cairn
