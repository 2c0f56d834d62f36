#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cairn/base/metrics.h"
#include "cairn/db/lane.h"
#include "cairn/db/lane_write.h"
#include "cairn/runtime/task.h"
#include "cairn/runtime/worker_pool.h"

namespace cairn::db {

/// A read: an object that owns its inputs; `run` sees one consistent view. What it answers holds no views into rows.
template <class T>
concept ReadOperation = requires(const T operation, Snapshot& snapshot) { operation.run(snapshot); };

/// What one kind of database needs to open its connections.
class Driver {
 public:
  virtual ~Driver() = default;
  /// A connection that may change the database.
  virtual std::unique_ptr<Connection> open_writer() = 0;
  /// A connection that can only read.
  virtual std::unique_ptr<Connection> open_reader() = 0;
  /// How many writers may work at once: 1 where the database has one writer anyway.
  [[nodiscard]] virtual std::size_t writers() const = 0;
  /// True if no other process can write to the database.
  [[nodiscard]] virtual bool is_sole_writer() const = 0;
};

/// The metadata store of an instance. Awaited calls suspend the caller; no io thread ever touches the database.
class Database {
 public:
  struct Limits {
    std::size_t readers;  ///< connections that read, each with a thread
    std::size_t reserved_reads;
    Lane::Limits lane;
    bool own_threads = true;  ///< false: nothing runs but by run_one(), so that a test decides what happens when
  };

  /// Opens the connections and starts the threads. `events` as of Lane. Throws DatabaseFailure.
  Database(Driver& driver, Limits limits, Metrics& metrics, const Lane::Events& events);
  /// Finishes what is queued, then closes everything.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Makes the change and answers once it is durable. What `run` throws comes out here, after a COMMIT too, and nothing of the
  /// change is kept. Once queued it is not cancelled. Throws Failure(kUnavailable) if the lane is full or has halted.
  template <WriteOperation Op>
  auto write(Turn turn, Op operation) -> Task<decltype(operation.run(std::declval<Transaction&>()))> {
    const Stopwatch watch(turn.timing, &Timing::database);
    Lane& lane = lane_of(operation.lane());
    LaneWrite<Op> write(lane, turn, std::move(operation));
    co_return co_await write;
  }

  /// Reads from one consistent view. Throws Failure(kUnavailable) if too many reads wait.
  template <ReadOperation Op>
  auto read(Turn turn, Op operation) -> Task<decltype(operation.run(std::declval<Snapshot&>()))> {
    const Stopwatch watch(turn.timing, &Timing::database);
    auto read = WithSnapshot<Op>{this, std::move(operation)};
    co_return co_await readers_->run(turn, std::move(read));
  }

  /// Rises with what is written through this, before it is answered: what was read since the number was what it is now, is
  /// still as it was read. So it is where this process alone writes (is_sole_writer()); nothing is said of what others
  /// write.
  [[nodiscard]] std::uint64_t changes() const;
  /// True if nobody else can write to the database.
  [[nodiscard]] bool is_sole_writer() const { return is_sole_writer_; }

  /// Runs a batch of what waits in a lane, or else one read, on the calling thread; false if nothing waits. For tests, without
  /// own threads.
  bool run_one();

 private:
  // A read on its way through the pool: borrows one of the connections, of which there are as many as threads.
  template <ReadOperation Op>
  struct WithSnapshot {
    Database* database;
    Op operation;

    auto run() const {
      const BorrowedReader reader(*database);
      Snapshot snapshot(reader.connection());
      return operation.run(snapshot);
    }
  };

  class BorrowedReader {
   public:
    explicit BorrowedReader(Database& database);
    ~BorrowedReader();
    BorrowedReader(const BorrowedReader&) = delete;
    BorrowedReader& operator=(const BorrowedReader&) = delete;
    [[nodiscard]] Connection& connection() const { return *connection_; }

   private:
    void give_back();

    Database& database_;
    std::unique_ptr<Connection> connection_;
  };

  struct Writer {
    std::unique_ptr<Connection> connection;
    std::unique_ptr<Lane> lane;
    std::thread thread;
  };

  Lane& lane_of(LaneKey key) { return *writers_[key.value % writers_.size()].lane; }

  const bool is_sole_writer_;
  std::vector<Writer> writers_;
  std::mutex idle_readers_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;
  std::unique_ptr<WorkerPool> readers_;
};

}  // namespace cairn::db
