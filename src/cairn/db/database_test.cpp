// The database with its real threads, on the machine's own files.
#include "cairn/db/database.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cairn/db/migrations.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/runtime/blocking.h"
#include "cairn/runtime/posix_files.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn::db {
namespace {

constexpr Sql kMakeCounter = "CREATE TABLE IF NOT EXISTS counter (id INTEGER NOT NULL PRIMARY KEY, value INTEGER NOT NULL)";
constexpr Sql kAddCounter = "INSERT INTO counter (id, value) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";
constexpr Sql kRaise = "UPDATE counter SET value = value + 1 WHERE id = 1 AND value < ?";
constexpr Sql kValue = "SELECT value FROM counter WHERE id = 1";

// A limit as one guarded UPDATE: false when it is reached.
struct Raise {
  std::int64_t limit;
  [[nodiscard]] static LaneKey lane() { return {1}; }
  bool run(Transaction& tx) const { return tx.run(kRaise, limit) == 1; }
};

struct Value {
  std::int64_t run(Snapshot& snapshot) const {
    auto rows = snapshot.query(kValue);
    return rows.next() ? rows.integer(0) : -1;
  }
};

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "cairn-database-XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  ~DatabaseTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<Database> open() {
    EXPECT_TRUE(prepare_sqlite_file(files_, path(), true).has_value());
    driver_ = std::make_unique<SqliteDriver>(SqliteOptions{.path = path()}, clock_);
    const auto writer = driver_->open_writer();
    EXPECT_TRUE(migrate(*writer, std::vector{FolderMigrations{"test", {{"counter", {kMakeCounter, kAddCounter}}}}}).has_value());
    const Database::Limits limits{
        .readers = 2,
        .reserved_reads = 10,
        .lane = {.queue = 1000, .reserved = 10, .batch = 64, .batch_time = std::chrono::milliseconds(5)}};
    return std::make_unique<Database>(*driver_, limits, metrics_,
                                      Lane::Events{.halted = [](const Error& error) { ADD_FAILURE() << error.message; }});
  }

  [[nodiscard]] std::string path() const { return directory_ + "/cairn.db"; }

  PosixFiles files_;
  SystemClock clock_;
  Metrics metrics_;
  std::string directory_;
  std::unique_ptr<SqliteDriver> driver_;
};

TEST_F(DatabaseTest, ALimitHoldsHoweverManyReachForItAtOnce) {
  const auto database = open();
  std::atomic<int> granted = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 50; ++i)
        if (run_blocking(database->write(Turn{static_cast<std::uint64_t>(caller)}, Raise{100}))) ++granted;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(granted, 100);
  EXPECT_EQ(run_blocking(database->read(Turn{}, Value{})), 100);
}

TEST_F(DatabaseTest, WhatWasAnsweredIsReadAtOnce) {
  const auto database = open();
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      std::int64_t last = 0;
      for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(run_blocking(database->write(Turn{}, Raise{1'000'000})));
        const auto seen = run_blocking(database->read(Turn{}, Value{}));
        ASSERT_GT(seen, last);
        last = seen;
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

TEST_F(DatabaseTest, IsThereWithEverythingAfterItIsOpenedAgain) {
  auto database = open();
  EXPECT_TRUE(run_blocking(database->write(Turn{}, Raise{10})));
  database.reset();
  database = open();
  EXPECT_EQ(run_blocking(database->read(Turn{}, Value{})), 1);
}

TEST(Sqlite, AVersionThatLosesChangesIsRefusedWithWhatToDo) {
  EXPECT_TRUE(check_sqlite_version(sqlite_library_version()).has_value()) << "the one that this program carries";
  EXPECT_TRUE(check_sqlite_version(3'051'003).has_value());
  const auto old = check_sqlite_version(3'040'001);
  ASSERT_FALSE(old.has_value());
  EXPECT_THAT(old.error().message, ::testing::AllOf(::testing::HasSubstr("SQLite 3.40.1"), ::testing::HasSubstr("./dev build")));
}

TEST(Sqlite, AForeignFileSystemIsRefusedUnlessTheOperatorInsists) {
  SimFiles disk(1);
  disk.set_foreign(true);
  EXPECT_FALSE(prepare_sqlite_file(disk, "/cairn.db", false).has_value());
  EXPECT_TRUE(disk.list("/")->empty()) << "nothing is left behind";
  EXPECT_TRUE(prepare_sqlite_file(disk, "/cairn.db", true).has_value());
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsRefusedAndLeftAsItWas) {
  ASSERT_TRUE(replace_text(files_, path(), std::string(5000, 'x')).has_value());
  SqliteDriver driver({.path = path()}, clock_);
  EXPECT_THROW(driver.open_writer(), DatabaseFailure);
  EXPECT_EQ(*read_text(files_, path(), 10'000), std::string(5000, 'x'));
}

}  // namespace
}  // namespace cairn::db
