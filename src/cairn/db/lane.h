#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/metrics.h"
#include "cairn/db/connection.h"
#include "cairn/db/transaction.h"
#include "cairn/runtime/fair_queue.h"

namespace cairn::db {

/// A change that waits in a lane. It lies in the frame of the coroutine that waits for its end.
class LaneJob {
 public:
  virtual ~LaneJob() = default;

  enum class Attempt {
    kDone,     ///< to be committed
    kRefused,  ///< it threw: its part of the transaction is to be taken back
    kFatal,    ///< a sync failed: nothing can be built on this database any more
  };

  /// Makes the change, keeping what it answers or throws inside. Runs again from the start, with a
  /// clean result, if the batch was lost.
  virtual Attempt attempt(Transaction& transaction) noexcept = 0;
  /// Replaces whatever attempt() kept by this error.
  virtual void fail(std::exception_ptr error) noexcept = 0;
  /// Hands the answer over. The job may be gone when this returns.
  virtual void finish() noexcept = 0;
};

/// Where writers of one stream meet: a queue whose head runs all that waits, each change in a savepoint of one transaction, and
/// answers after its COMMIT. Nobody waits for company: a batch is what queued during the last COMMIT. Refusals are answered after
/// the COMMIT too, since they may rest on a neighbour's row that is not yet durable.
///
/// After an error that costs the whole batch, its members run again one by one. After a COMMIT whose end is not known the lane
/// halts: what it would build on may be lost (reliability rule 4), so it takes no more and tells its owner, who ends the process.
class Lane {
 public:
  struct Limits {
    std::size_t queue;                     ///< changes that may wait
    std::size_t reserved;                  ///< places beside those for Turn::Kind::kReserved
    std::size_t batch;                     ///< changes in one transaction, at most
    std::chrono::milliseconds batch_time;  ///< a batch that has run for so long takes no further change
  };

  /// What the lane tells its owner, from the thread that runs it.
  struct Events {
    std::function<void(const Error&)> halted;                         ///< once: it takes no more
    std::function<void(const Error&)> trouble = [](const Error&) {};  ///< upkeep failed, and will be tried again
  };

  /// `connection` must outlive the lane and be used by nobody else.
  Lane(Connection& connection, Limits limits, Metrics& metrics, Events events);

  /// Queues a change; false if the queue is full or the lane has halted: the job is then left as it was. Safe to call from any
  /// thread.
  [[nodiscard]] bool submit(Turn turn, LaneJob& job);

  /// Runs one batch of what waits; gives the number of changes answered, 0 if none waited.
  std::size_t run_batch();

  /// How many batches have ended. Rises before any change of a batch is answered.
  [[nodiscard]] std::uint64_t batches_ended() const { return batches_ended_.load(std::memory_order_acquire); }

  /// Runs batches until stop() was called and nothing waits: what a lane's thread does.
  void run();
  void stop();

  [[nodiscard]] bool halted() const;

 private:
  enum class Ended { kCommitted, kLost, kHalted };

  std::vector<LaneJob*> take_batch();
  LaneJob* take_one(const std::vector<LaneJob*>& batch, std::chrono::steady_clock::time_point started);
  Ended run_together(std::vector<LaneJob*>& batch);
  void run_singly(const std::vector<LaneJob*>& batch);
  Ended commit(const std::vector<LaneJob*>& batch, Transaction& transaction);
  void halt(const std::vector<LaneJob*>& batch);
  void finish(const std::vector<LaneJob*>& batch);
  void maintain();

  Connection& connection_;
  const Limits limits_;
  const Events events_;
  std::atomic<std::uint64_t> batches_ended_ = 0;
  Histogram batch_size_;
  Histogram commit_time_;
  Counter batches_lost_;
  Counter upkeep_failed_;

  mutable std::mutex mutex_;
  std::condition_variable wakes_;
  FairQueue<LaneJob*> queue_;
  bool stopping_ = false;
  bool halted_ = false;
};

}  // namespace cairn::db
