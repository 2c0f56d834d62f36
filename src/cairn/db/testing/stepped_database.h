#pragma once
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "cairn/base/testing/turned_clock.h"
#include "cairn/db/database.h"
#include "cairn/db/migrations.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/db/testing/files_vfs.h"
#include "cairn/runtime/task_group.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn::db {

/// A whole Database and a worker pool without threads, on a simulated disk: what waits runs by step(), in an order that is always
/// the same.
class SteppedDatabase {
 public:
  explicit SteppedDatabase(const std::vector<FolderMigrations>& migrations) {
    value_or_throw(disk.make_directory("/data"));
    value_or_throw(prepare_sqlite_file(disk, "/data/cairn.db", false));
    value_or_throw(migrate(*driver_.open_writer(), migrations));
    database.emplace(driver_,
                     Database::Limits{.readers = 1,
                                      .reserved_reads = 10,
                                      .lane = {.queue = 1000, .reserved = 100, .batch = 256, .batch_time = std::chrono::hours(1)},
                                      .own_threads = false},
                     metrics, Lane::Events{.halted = [](const Error&) {}});
  }

  /// Runs one piece of waiting work; false if none waits.
  bool step() { return database->run_one() || pool.run_one(); }

  /// Runs a task to its end, and what it throws out.
  template <class T>
  T run(Task<T> task) {
    std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> place;
    std::exception_ptr error;
    TaskGroup group;
    group.spawn([](Task<T> awaited, auto& result, std::exception_ptr& failed) -> Task<> {
      try {
        if constexpr (std::is_void_v<T>) {
          co_await std::move(awaited);
          result.emplace();
        } else {
          result.emplace(co_await std::move(awaited));
        }
      } catch (...) {
        failed = std::current_exception();  // thrown again below
      }
    }(std::move(task), place, error));
    while (step()) {
    }
    if (error) std::rethrow_exception(error);
    if constexpr (!std::is_void_v<T>) return *std::move(place);
  }

  /// Makes a change in a transaction of its own, and gives what it gives.
  template <class Change>
  auto change(Change work) {
    const auto writer = driver_.open_writer();
    writer->begin(Connection::Begin::kWrite);
    Transaction tx(*writer);
    if constexpr (std::is_void_v<decltype(work(tx))>) {
      work(tx);
      tx.commit();
    } else {
      auto answer = work(tx);
      tx.commit();
      return answer;
    }
  }

  TurnedClock clock;
  SimFiles disk{1};
  Metrics metrics;
  WorkerPool pool{"test", {.threads = 0, .queue = 100, .reserved = 100}, metrics};

 private:
  FilesVfs vfs_{disk};
  SqliteDriver driver_{{.path = "/data/cairn.db", .vfs = vfs_.name(), .checkpoint_pages = 1000}, clock};

 public:
  std::optional<Database> database;
};

}  // namespace cairn::db
