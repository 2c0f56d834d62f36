#pragma once
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cairn/base/testing/turned_clock.h"
#include "cairn/content/content.h"
#include "cairn/content/garbage.h"
#include "cairn/content/schema.h"
#include "cairn/content/store_guard.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/db/testing/by_hand.h"
#include "cairn/db/testing/files_vfs.h"
#include "cairn/ledger/schema.h"
#include "cairn/runtime/task_group.h"
#include "cairn/runtime/testing/sim_files.h"
#include "cairn/store/local_store.h"

namespace cairn::content {

/// Database, store and keys on one simulated disk, with every thread run by hand: the same seed gives the same run.
class SimContent {
 public:
  /// With `cut_at` the power goes at that changing call of the very first start: see started().
  explicit SimContent(std::uint64_t seed, bool sealed = true, std::uint64_t cut_at = UINT64_MAX,
                      std::vector<db::FolderMigrations> tables = {db::own_migrations(), ledger::migrations(), migrations()},
                      std::size_t batch = 256)
      : disk(seed), sealed_(sealed), random_(seed), tables_(std::move(tables)), batch_(batch) {
    for (const auto* directory : {"/data", "/content", "/keys"}) value_or_throw(disk.make_directory(directory));
    value_or_throw(disk.sync_directory("/"));
    if (cut_at != UINT64_MAX) disk.cut_power_at(cut_at);
    try {
      start();
      run(keys->create(kTurn, scope));
      started_ = true;
    } catch (const Failure&) {
      if (!disk.is_off()) throw;
    }
  }
  ~SimContent() { stop(); }
  SimContent(const SimContent&) = delete;
  SimContent& operator=(const SimContent&) = delete;

  /// False if the power went during the very first start.
  [[nodiscard]] bool started() const { return started_; }

  /// The machine loses its power, if it has not, and comes back with what survived.
  void restart() {
    stop();
    disk.restart();
    start();
  }

  /// The process ends, and another begins on the machine that goes on.
  void restart_process() {
    stop();
    start();
  }

  /// Runs one piece of waiting work, of a random kind; false if none waits.
  bool step() {
    const bool disk_first = random_() % 2 == 0;
    if (disk_first && pool->run_one()) return true;
    return database->run_one() || pool->run_one();
  }

  /// Runs a task to its end, and what it throws out.
  template <class T>
  T run(Task<T> task) {
    return db::run_by_hand(std::move(task), [this] { return step(); });
  }

  /// Makes a change in a transaction of its own, and gives what it gives.
  template <class Change>
  auto change(Change work) {
    return db::change_on(*driver_->open_writer(), std::move(work));
  }

  /// How many objects lie in the store, temporaries included.
  std::size_t objects() {
    std::size_t count = 0;
    for (const auto& folder : *disk.list("/content"))
      if (folder.kind == FileKind::kDirectory) count += disk.list("/content/" + folder.name)->size();
    return count;
  }

  /// What work has been done for a read, on a connection of its own: statements and rows.
  template <class Read>
  db::Statistics cost_of(Read read) {
    const auto reader = driver_->open_reader();
    db::Snapshot snapshot(*reader);
    read(snapshot);
    return reader->statistics();
  }

  static constexpr Turn kTurn{};

  SimFiles disk;
  TurnedClock clock;
  Uuid scope = make_uuid(Instant{});
  const crypt::MasterKey master = crypt::MasterKey::make();
  Metrics metrics;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<store::LocalStore> store;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<ScopeKeys> keys;
  std::unique_ptr<Content> content;
  std::unique_ptr<StoreGuard> guard;

 private:
  void start() {
    pool = std::make_unique<WorkerPool>("disk", WorkerPool::Limits{.threads = 0, .queue = 1000, .reserved = 1}, metrics);
    store = std::make_unique<store::LocalStore>(disk, *pool, "/content", 2);
    value_or_throw(store->prepare());
    const std::string path = "/data/cairn.db";
    value_or_throw(db::prepare_sqlite_file(disk, path, false));
    vfs_.emplace(disk);
    driver_.emplace(db::SqliteOptions{.path = path, .vfs = vfs_->name(), .checkpoint_pages = 50}, clock);
    value_or_throw(db::migrate(*driver_->open_writer(), tables_));
    value_or_throw(disk.sync_directory("/data"));
    database = std::make_unique<db::Database>(
        *driver_,
        db::Database::Limits{.readers = 2,
                             .reserved_reads = 1,
                             .lane = {.queue = 1000, .reserved = 1, .batch = batch_, .batch_time = std::chrono::hours(1)},
                             .own_threads = false},
        metrics, db::Lane::Events{.halted = [](const Error&) {}});
    key_store_.emplace(disk, "/keys", master);
    keys = std::make_unique<ScopeKeys>(*key_store_, *pool);
    content = std::make_unique<Content>(Content::Parts{*database, *store, *keys, clock}, master.derive("manifest"), sealed_);
    guard = std::make_unique<StoreGuard>(*database, *store);
    run(guard->open(kTurn));
  }

  void stop() {
    guard.reset();
    content.reset();
    keys.reset();
    database.reset();
    driver_.reset();
    vfs_.reset();
    store.reset();
    pool.reset();
  }

  bool sealed_;
  bool started_ = false;
  std::mt19937_64 random_;
  std::vector<db::FolderMigrations> tables_;
  std::size_t batch_;
  std::optional<db::FilesVfs> vfs_;
  std::optional<db::SqliteDriver> driver_;
  std::optional<crypt::KeyStore> key_store_;
};

/// Stores bytes as a new blob with one claim.
inline Task<BlobId> store_bytes(Content& content, Uuid scope, std::vector<std::byte> bytes, Holder holder) {
  const auto writer = co_await content.begin(SimContent::kTurn, scope, bytes.size());
  std::exception_ptr failed;
  try {
    for (std::size_t at = 0; at < bytes.size(); at += 50'000)
      co_await writer->write(std::span(bytes).subspan(at, std::min<std::size_t>(50'000, bytes.size() - at)));
    const auto manifest = co_await content.keep(SimContent::kTurn, *writer, holder);
    co_return manifest.id;
  } catch (const Failure&) {
    failed = std::current_exception();
  }
  std::rethrow_exception(failed);
}

/// Reads a range of a blob, or all of it, that many bytes at a time.
inline Task<std::vector<std::byte>> read_bytes(Content& content, BlobId blob,
                                               std::optional<store::ByteRange> range = std::nullopt,
                                               std::size_t at_once = 30'000) {
  auto opened = co_await content.open(SimContent::kTurn, blob, range);
  const auto reader = value_or_throw(std::move(opened));
  std::vector<std::byte> bytes;
  std::vector<std::byte> buffer(at_once);
  for (;;) {
    const auto got = co_await reader->read(buffer);
    if (got == 0) break;
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
  }
  co_return bytes;
}

}  // namespace cairn::content
