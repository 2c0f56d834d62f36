#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cairn/app/data_directory.h"
#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/base/settings.h"
#include "cairn/content/content.h"
#include "cairn/content/examiner.h"
#include "cairn/content/garbage.h"
#include "cairn/content/store_guard.h"
#include "cairn/crypt/key_store.h"
#include "cairn/crypt/master_key.h"
#include "cairn/db/check.h"
#include "cairn/db/database.h"
#include "cairn/ledger/journal.h"
#include "cairn/runtime/files.h"
#include "cairn/runtime/worker_pool.h"
#include "cairn/store/local_store.h"

namespace cairn::app {

/// Everything that keeps: master key, database, store, content; opened in this order, closed in the other.
class Storage {
 public:
  /// Opens all of it, and makes it at the very first start. Throws Failure, with what to do. What is passed by reference outlives
  /// this.
  Storage(Files& files, const DataDirectory& data, const Settings& settings, Log& log, const Clock& clock, Metrics& metrics,
          const db::Lane::Events& events);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  [[nodiscard]] db::Database& database() { return *database_; }
  [[nodiscard]] content::StoreGuard& guard() { return *guard_; }
  [[nodiscard]] content::GarbageCollector& garbage() { return *garbage_; }
  [[nodiscard]] const ledger::Journal& journal() const { return *journal_; }
  [[nodiscard]] content::Content& content() { return *content_; }
  [[nodiscard]] content::ScopeKeys& scope_keys() { return *scope_keys_; }
  [[nodiscard]] WorkerPool& disk() { return *disk_; }
  /// The key for one purpose, which hangs on the master key.
  [[nodiscard]] crypt::Key key_for(std::string_view purpose) const { return master_->derive(purpose); }

  /// All examinations of the rows, and that of the content.
  [[nodiscard]] std::vector<db::Check> checks() const;
  [[nodiscard]] content::Examiner examiner() {
    return content::Examiner({.database = *database_, .store = *store_, .content = *content_});
  }

  /// The master key's recovery code, if the key was made just now: to be shown once.
  [[nodiscard]] const std::optional<Secret>& fresh_recovery_code() const { return fresh_recovery_code_; }

 private:
  void open_keys(const DataDirectory& data, const Settings& settings);
  void open_database(const DataDirectory& data, const Settings& settings, Metrics& metrics, const db::Lane::Events& events);
  void open_content(const DataDirectory& data, const Settings& settings, Metrics& metrics);

  Files& files_;
  Log& log_;
  const Clock& clock_;
  std::optional<Secret> fresh_recovery_code_;
  std::optional<crypt::MasterKey> master_;
  std::optional<crypt::KeyStore> keys_;
  std::optional<ledger::Journal> journal_;
  std::optional<crypt::Key> manifest_key_;
  std::unique_ptr<db::Driver> driver_;
  std::unique_ptr<WorkerPool> disk_;
  std::unique_ptr<store::LocalStore> store_;
  std::unique_ptr<content::ScopeKeys> scope_keys_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<content::Content> content_;
  std::unique_ptr<content::StoreGuard> guard_;
  std::unique_ptr<content::GarbageCollector> garbage_;
};

/// Where the master key lies: as configured, or beside the data directory, whose real path `data` is. kInvalidInput if it must be
/// named.
Result<std::string> master_key_path(Files& files, const std::string& data, const Settings& settings);

}  // namespace cairn::app
