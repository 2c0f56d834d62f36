#include "cairn/app/storage.h"

#include <fmt/format.h>

#include "cairn/account/check.h"
#include "cairn/account/schema.h"
#include "cairn/content/check.h"
#include "cairn/content/schema.h"
#include "cairn/db/migrations.h"
#include "cairn/db/sqlite/sqlite_driver.h"
#include "cairn/ledger/check.h"
#include "cairn/ledger/schema.h"
#include "cairn/runtime/blocking.h"
#include "cairn/tree/check.h"
#include "cairn/tree/schema.h"
#include "cairn/upload/check.h"
#include "cairn/upload/schema.h"

namespace cairn::app {
namespace {

constexpr std::size_t kReservedPlaces = 64;  // login and health, beside the configured queues
constexpr Turn kStart{};

}  // namespace

Result<std::string> master_key_path(Files& files, const std::string& data, const Settings& settings) {
  if (!settings.keys.master_file.empty()) return settings.keys.master_file;
  const auto mounted = files.is_mount_point(data);
  if (!mounted) return failure(mounted);
  if (*mounted) {
    return failure(
        ErrorCode::kInvalidInput,
        fmt::format("{} is a mount point, so the master key cannot lie beside it. Name its file: --set keys.master_file=FILE.",
                    data),
        "keys.master_file");
  }
  return data + ".key";
}

Storage::Storage(Files& files, const DataDirectory& data, const Settings& settings, Log& log, const Clock& clock,
                 Metrics& metrics, const db::Lane::Events& events)
    : files_(files), log_(log), clock_(clock) {
  open_keys(data, settings);
  open_database(data, settings, metrics, events);
  open_content(data, settings, metrics);
}

Storage::~Storage() = default;

void Storage::open_keys(const DataDirectory& data, const Settings& settings) {
  const auto directory = data.path() + "/keys";
  value_or_throw(make_directories(files_, directory));
  const auto path = value_or_throw(master_key_path(files_, data.path(), settings));
  // A database without the memory of its keys is no first start: a fresh key would open nothing of it.
  if (files_.real_path(data.database_path()) && !files_.real_path(directory + "/master-id")) {
    throw Failure(
        {ErrorCode::kNotFound,
         fmt::format("There is a database, but {} is empty: the keys of spaces are missing. Restore that folder, and the master "
                     "key {}, from the backup.",
                     directory, path),
         directory});
  }
  auto opened = value_or_throw(crypt::MasterKey::open(files_, path, directory));
  if (opened.made) {
    log_.info("master_key.made", {{"file", path}});
    fresh_recovery_code_ = opened.key.recovery_code();
  }
  const auto is_private = files_.is_private(path);
  if (is_private && !*is_private) log_.warning("master_key.not_private", {{"file", path}});
  master_ = std::move(opened.key);
  keys_.emplace(files_, directory, *master_);
  journal_.emplace(master_->derive("journal"));
  manifest_key_ = master_->derive("manifest");
}

void Storage::open_database(const DataDirectory& data, const Settings& settings, Metrics& metrics,
                            const db::Lane::Events& events) {
  const auto path = data.database_path();
  const auto& limits = settings.database;
  value_or_throw(db::prepare_sqlite_file(files_, path, limits.allow_foreign_filesystem));
  driver_ =
      std::make_unique<db::SqliteDriver>(db::SqliteOptions{.path = path, .checkpoint_pages = limits.checkpoint_pages}, clock_);
  const auto migrated = value_or_throw(
      db::migrate(*driver_->open_writer(), std::vector{db::own_migrations(), ledger::migrations(), account::migrations(),
                                                       content::migrations(), tree::migrations(), upload::migrations()}));
  value_or_throw(files_.sync_directory(parent_of(path)));  // the log's name, which SQLite syncs without looking
  if (migrated.unknown > 0) log_.warning("database.newer", {{"unknown_steps", migrated.unknown}});
  database_ = std::make_unique<db::Database>(
      *driver_,
      db::Database::Limits{
          .readers = limits.readers,
          .reserved_reads = kReservedPlaces,
          .lane = {.queue = limits.queue, .reserved = kReservedPlaces, .batch = limits.batch, .batch_time = limits.batch_time}},
      metrics, events);
}

void Storage::open_content(const DataDirectory& data, const Settings& settings, Metrics& metrics) {
  const auto& limits = settings.content;
  const auto directory = data.path() + "/content";
  value_or_throw(make_directories(files_, directory));
  disk_ = std::make_unique<WorkerPool>(
      "disk",
      WorkerPool::Limits{
          .threads = limits.disk_threads, .queue = limits.disk_queue, .reserved = kReservedPlaces, .timed = &Timing::store},
      metrics);
  store_ = std::make_unique<store::LocalStore>(files_, *disk_, directory, limits.open_objects);
  const auto swept = value_or_throw(store_->prepare());
  if (swept > 0) log_.info("store.swept", {{"temporaries", swept}});
  scope_keys_ = std::make_unique<content::ScopeKeys>(*keys_, *disk_);
  content_ = std::make_unique<content::Content>(
      content::Content::Parts{.database = *database_, .store = *store_, .keys = *scope_keys_, .clock = clock_},
      manifest_key_->clone(), limits.sealing);
  guard_ = std::make_unique<content::StoreGuard>(*database_, *store_);
  run_blocking(guard_->open(kStart));
  if (!guard_->may_delete()) log_.error("store.database_is_behind");
  garbage_ = std::make_unique<content::GarbageCollector>(
      *database_, *store_, *guard_,
      content::GarbageCollector::Limits{.grace = limits.garbage_grace,
                                        .batch = limits.garbage_batch,
                                        .breaker_least = limits.breaker_least,
                                        .breaker_share = static_cast<double>(limits.breaker_percent) / 100},
      make_uuid(clock_.now()), std::vector<content::Veto>{});
}

std::vector<db::Check> Storage::checks() const {
  std::vector<db::Check> all{db::own_check()};
  const auto add = [&](std::vector<db::Check> checks) {
    for (auto& check : checks) all.push_back(std::move(check));
  };
  add(ledger::checks(*journal_));
  add(account::checks());
  add(content::checks(*manifest_key_, [](db::Snapshot& snapshot, const content::Holder& holder) {
    return tree::is_version(snapshot, holder) || upload::is_upload(snapshot, holder);
  }));
  add(tree::checks());
  add(upload::checks());
  return all;
}

}  // namespace cairn::app
