#include "cairn/db/lane.h"

#include "cairn/base/mutant.h"

namespace cairn::db {
namespace {

std::exception_ptr stopped_after_disk_error() {
  return std::make_exception_ptr(DatabaseFailure(FailureClass::kAmbiguous, ErrorCode::kIo,
                                                 "The disk refused to keep the database's changes. The server stops; whether "
                                                 "this change was kept shows after its restart."));
}

}  // namespace

Lane::Lane(Connection& connection, Limits limits, Metrics& metrics, Events events)
    : connection_(connection),
      limits_(limits),
      events_(std::move(events)),
      batch_size_(metrics.histogram("cairn_database_batch_changes", "Changes that shared one transaction",
                                    {1, 2, 4, 8, 16, 32, 64, 128, 256})),
      commit_time_(metrics.histogram("cairn_database_commit_seconds", "What a transaction's COMMIT took until it was durable",
                                     {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5})),
      batches_lost_(metrics.counter("cairn_database_batches_lost_total",
                                    "Batches that failed as a whole, so that their changes ran again one by one")),
      upkeep_failed_(
          metrics.counter("cairn_database_upkeep_failed_total", "Times that the database's log could not be copied back")),
      queue_({.usual = limits.queue, .reserved = limits.reserved}) {}

bool Lane::submit(Turn turn, LaneJob& job) {
  // Woken under the lock: once it is free the job may run, and whoever waited for that may take the lane down.
  const std::scoped_lock lock(mutex_);
  if (halted_ || stopping_ || !queue_.push(turn, &job)) return false;
  wakes_.notify_one();
  return true;
}

void Lane::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wakes_.wait(lock, [&] { return !queue_.empty() || stopping_; });
      if (queue_.empty()) return;
    }
    run_batch();
  }
}

void Lane::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wakes_.notify_all();
}

bool Lane::halted() const {
  const std::scoped_lock lock(mutex_);
  return halted_;
}

std::size_t Lane::run_batch() {
  std::vector<LaneJob*> batch;
  const auto ended = run_together(batch);
  if (batch.empty()) return 0;
  batch_size_.observe(static_cast<double>(batch.size()));
  if (ended == Ended::kLost) {
    batches_lost_.add();
    run_singly(batch);
  }
  batches_ended_.fetch_add(1, std::memory_order_release);
  finish(batch);
  if (!halted()) maintain();
  return batch.size();
}

LaneJob* Lane::take_one(const std::vector<LaneJob*>& batch, std::chrono::steady_clock::time_point started) {
  if (batch.size() >= limits_.batch) return nullptr;
  if (std::chrono::steady_clock::now() - started > limits_.batch_time) return nullptr;
  const std::scoped_lock lock(mutex_);
  return queue_.pop().value_or(nullptr);
}

// Takes changes as it goes, so that what comes in while the batch runs is still part of it.
Lane::Ended Lane::run_together(std::vector<LaneJob*>& batch) {
  const auto started = std::chrono::steady_clock::now();
  auto* job = take_one(batch, started);
  if (job == nullptr) return Ended::kCommitted;
  batch.push_back(job);
  Transaction transaction(connection_);
  try {
    connection_.begin(Connection::Begin::kWrite);
    do {
      transaction.savepoint();
      switch (job->attempt(transaction)) {
        case LaneJob::Attempt::kDone: transaction.release_savepoint(); break;
        case LaneJob::Attempt::kRefused:
          if (!connection_.in_transaction()) return Ended::kLost;  // its error took the others' changes along
          transaction.roll_back_to_savepoint();
          break;
        case LaneJob::Attempt::kFatal:
          connection_.rollback();
          halt(batch);
          return Ended::kHalted;
      }
      if (mutant("ack_before_commit")) {
        job->finish();
        batch.pop_back();
      }
      job = take_one(batch, started);
      if (job != nullptr) batch.push_back(job);
    } while (job != nullptr);
  } catch (const DatabaseFailure&) {
    connection_.rollback();
    return Ended::kLost;
  }
  return commit(batch, transaction);
}

void Lane::run_singly(const std::vector<LaneJob*>& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Transaction transaction(connection_);
    try {
      connection_.begin(Connection::Begin::kWrite);
      const auto attempt = batch[i]->attempt(transaction);
      if (attempt != LaneJob::Attempt::kDone) connection_.rollback();
      if (attempt == LaneJob::Attempt::kRefused) continue;  // its own error stays its answer
      if (attempt == LaneJob::Attempt::kFatal) {
        halt({batch.begin() + static_cast<std::ptrdiff_t>(i), batch.end()});
        return;
      }
    } catch (const DatabaseFailure&) {
      connection_.rollback();
      batch[i]->fail(std::current_exception());
      continue;
    }
    try {
      transaction.commit();
    } catch (const DatabaseFailure& failure) {
      connection_.rollback();
      if (failure.failure_class() == FailureClass::kAmbiguous) {
        halt({batch.begin() + static_cast<std::ptrdiff_t>(i), batch.end()});
        return;
      }
      batch[i]->fail(std::current_exception());
    }
  }
}

Lane::Ended Lane::commit(const std::vector<LaneJob*>& batch, Transaction& transaction) {
  const auto began = std::chrono::steady_clock::now();
  try {
    transaction.commit();
    commit_time_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return Ended::kCommitted;
  } catch (const DatabaseFailure& failure) {
    connection_.rollback();
    if (failure.failure_class() != FailureClass::kAmbiguous) return Ended::kLost;
    halt(batch);
    return Ended::kHalted;
  }
}

// Fails the batch and all that waits; from now on nothing is taken.
void Lane::halt(const std::vector<LaneJob*>& batch) {
  for (auto* job : batch) job->fail(stopped_after_disk_error());
  std::vector<LaneJob*> waiting;
  {
    const std::scoped_lock lock(mutex_);
    halted_ = true;
    while (auto job = queue_.pop()) waiting.push_back(*job);
  }
  for (auto* job : waiting) job->fail(stopped_after_disk_error());
  events_.halted({ErrorCode::kIo, "The disk refused to keep the database's changes."});
  finish(waiting);
}

void Lane::finish(const std::vector<LaneJob*>& batch) {
  for (auto* job : batch) job->finish();
}

void Lane::maintain() {
  try {
    connection_.maintain();
  } catch (const DatabaseFailure& failure) {
    upkeep_failed_.add();
    const auto code = failure.error().code;
    if (code == ErrorCode::kIo || code == ErrorCode::kCorrupt) {
      halt({});
    } else {
      events_.trouble(failure.error());
    }
  }
}

}  // namespace cairn::db
