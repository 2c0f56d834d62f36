#include "cairn/runtime/worker_pool.h"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include "cairn/runtime/blocking.h"
#include "cairn/runtime/io_thread.h"
#include "cairn/runtime/task_group.h"

namespace cairn {
namespace {

struct WhichThread {
  std::thread::id run() const { return std::this_thread::get_id(); }
};

struct Throwing {
  int run() const { throw std::invalid_argument("wrong"); }
};

struct WaitFor {
  std::latch* started;
  std::latch* released;
  void run() const {
    started->count_down();
    released->wait();
  }
};

class WorkerPoolTest : public ::testing::Test {
 protected:
  Metrics metrics_;
};

TEST_F(WorkerPoolTest, WorkRunsOnThePoolAndItsCallerGoesOnWhereItWas) {
  IoThread io("io");
  WorkerPool pool("test", {.threads = 2, .queue = 10, .reserved = 1}, metrics_);
  std::thread::id io_id;
  io.run([&] { io_id = std::this_thread::get_id(); });

  std::thread::id worked;
  std::thread::id resumed;
  std::latch ended(1);
  TaskGroup group;
  io.run([&] {
    group.spawn([](WorkerPool& workers, auto& work_id, auto& resume_id, std::latch& done) -> Task<> {
      work_id = co_await workers.run(Turn{}, WhichThread{});
      resume_id = std::this_thread::get_id();
      done.count_down();
    }(pool, worked, resumed, ended));
  });
  ended.wait();
  EXPECT_NE(worked, io_id);
  EXPECT_EQ(resumed, io_id);
  io.stop();
}

TEST_F(WorkerPoolTest, WhatAnOperationThrowsComesOutOfTheAwait) {
  WorkerPool pool("test", {.threads = 1, .queue = 10, .reserved = 1}, metrics_);
  EXPECT_THROW(run_blocking(pool.run(Turn{}, Throwing{})), std::invalid_argument);
}

TEST_F(WorkerPoolTest, AFullQueueSaysThatTheServerIsBusyAndLoginsStillGetIn) {
  std::latch started(1);
  std::latch released(1);
  std::atomic<int> ended = 0;
  TaskGroup group;
  {
    WorkerPool pool("test", {.threads = 1, .queue = 1, .reserved = 1}, metrics_);
    const auto spawn = [&](Turn turn) {
      group.spawn([](WorkerPool& workers, Turn whose, WaitFor work, std::atomic<int>& count) -> Task<> {
        co_await workers.run(whose, work);
        ++count;
      }(pool, turn, {&started, &released}, ended));
    };
    spawn(Turn{});  // runs
    started.wait();
    struct Quick {
      void run() const {}
    };
    const auto spawn_quick = [&](Turn turn) {
      group.spawn([](WorkerPool& workers, Turn whose, std::atomic<int>& count) -> Task<> {
        co_await workers.run(whose, Quick{});
        ++count;
      }(pool, turn, ended));
    };
    spawn_quick(Turn{});  // waits
    try {
      run_blocking(pool.run(Turn{2}, Quick{}));
      ADD_FAILURE() << "the queue was full";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().code, ErrorCode::kUnavailable);
    }
    spawn_quick({0, Turn::Kind::kReserved});
    released.count_down();
  }  // the pool finishes what is queued
  EXPECT_EQ(ended, 3);
  EXPECT_THAT(metrics_.text(), ::testing::HasSubstr("cairn_pool_refused_total{pool=\"test\"} 1"));
}

TEST_F(WorkerPoolTest, ManyCallersOfManyThreadsAllGetTheirOwnAnswer) {
  struct Square {
    int value;
    int run() const { return value * value; }
  };
  WorkerPool pool("test", {.threads = 4, .queue = 10'000, .reserved = 1}, metrics_);
  std::vector<std::thread> callers;
  std::atomic<int> wrong = 0;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 500; ++i) {
        const int value = caller * 1000 + i;
        if (run_blocking(pool.run(Turn{static_cast<std::uint64_t>(caller)}, Square{value})) != value * value) ++wrong;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace cairn
