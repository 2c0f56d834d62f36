#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "cairn/base/testing/turned_clock.h"
#include "cairn/db/database.h"
#include "cairn/db/migrations.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/db/testing/by_hand.h"
#include "cairn/db/testing/files_vfs.h"
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
    return run_by_hand(std::move(task), [this] { return step(); });
  }

  /// Makes a change in a transaction of its own, and gives what it gives.
  template <class Change>
  auto change(Change work) {
    return change_on(*driver_.open_writer(), std::move(work));
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
