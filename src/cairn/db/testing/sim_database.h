#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cairn/base/metrics.h"
#include "cairn/base/testing/turned_clock.h"
#include "cairn/db/lane.h"
#include "cairn/db/migrations.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/db/testing/by_hand.h"
#include "cairn/db/testing/files_vfs.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn::db {

/// An SQLite database on a simulated disk, with one lane that a test runs by hand: the same seed gives the same run.
class SimDatabase {
 public:
  struct Options {
    std::size_t checkpoint_pages = 1000;
    Lane::Limits lane{.queue = 1000, .reserved = 10, .batch = 256, .batch_time = std::chrono::hours(1)};
    std::vector<FolderMigrations> migrations{};
  };

  explicit SimDatabase(std::uint64_t seed) : SimDatabase(seed, Options{}) {}
  SimDatabase(std::uint64_t seed, Options options) : disk(seed), options_(std::move(options)) { start(); }
  ~SimDatabase() { stop(); }
  SimDatabase(const SimDatabase&) = delete;
  SimDatabase& operator=(const SimDatabase&) = delete;

  /// Lets the machine lose its power for good, if it has not, and starts it again with what survived.
  void restart() {
    stop();
    disk.restart();
    halts = 0;
    start();
  }

  /// Ends the process and starts another one, on the machine that goes on: what it wrote and did not sync is still in its memory.
  void restart_process() {
    stop();
    halts = 0;
    start();
  }

  /// Runs batches until nothing waits.
  void run_all() {
    while (lane->run_batch() > 0) {
    }
  }

  /// Makes a change in a transaction of its own, and gives what it gives.
  template <class Change>
  auto change(Change work) {
    return change_on(*writer, std::move(work));
  }

  [[nodiscard]] std::unique_ptr<Connection> open_reader() { return driver_->open_reader(); }

  SimFiles disk;
  TurnedClock clock;
  Metrics metrics;
  std::unique_ptr<Connection> writer;
  std::unique_ptr<Lane> lane;
  int halts = 0;  ///< how often the lane has halted

 private:
  void start() {
    value_or_throw(disk.make_directory("/data"));
    value_or_throw(disk.sync_directory("/"));
    value_or_throw(prepare_sqlite_file(disk, kPath, false));
    vfs_.emplace(disk);
    driver_.emplace(SqliteOptions{.path = kPath, .vfs = vfs_->name(), .checkpoint_pages = options_.checkpoint_pages}, clock);
    writer = driver_->open_writer();
    value_or_throw(migrate(*writer, options_.migrations));
    value_or_throw(disk.sync_directory("/data"));
    lane = std::make_unique<Lane>(*writer, options_.lane, metrics, Lane::Events{.halted = [this](const Error&) { ++halts; }});
  }

  void stop() {
    lane.reset();
    writer.reset();
    driver_.reset();
    vfs_.reset();
  }

  static constexpr const char* kPath = "/data/cairn.db";

  Options options_;
  std::optional<FilesVfs> vfs_;
  std::optional<SqliteDriver> driver_;
};

}  // namespace cairn::db
