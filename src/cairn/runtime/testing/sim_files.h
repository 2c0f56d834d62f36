#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cairn/runtime/files.h"

namespace cairn {

/// A disk in memory that loses at a power cut what a real one may lose.
///
/// The model is the weakest that POSIX allows: since the last sync of a file each 4 KiB piece of each write, and each
/// change of its length, survives or not by chance; since the last sync of a directory each name made, moved or removed
/// in it survives or not by chance, whatever became of the file. Faults are told beforehand and count *calls that
/// change something* (create, write, truncate, sync, rename, remove, make directory). The same seed and the same calls
/// give the same disk. Safe to use from several threads.
class SimFiles final : public Files {
 public:
  explicit SimFiles(std::uint64_t seed);
  ~SimFiles() override;

  /// The `calls`-th changing call from now, and all later ones of any kind, fail with kIo: the power is gone.
  void cut_power_at(std::uint64_t calls);
  [[nodiscard]] bool is_off() const;
  /// Power comes back: what survived is there, all files and locks are closed, no fault is pending.
  void restart();

  /// Kinds of calls that a fault can be told for.
  enum class Call { kWrite, kSync, kSyncDirectory, kRename };
  /// The `calls`-th call of that kind from now fails once with `code`. A sync that fails loses what it was to keep, as
  /// Linux does: a second sync succeeds and saves nothing.
  void fail_call(Call kind, std::uint64_t calls, ErrorCode code = ErrorCode::kIo);

  /// From now on, writes that would take more than this in all fail with kNoSpace.
  void set_capacity(std::uint64_t bytes);
  /// What file_system() says of the disk.
  void set_foreign(bool foreign);

  /// Changing calls so far; and syncs of files among them.
  [[nodiscard]] std::uint64_t calls() const;
  [[nodiscard]] std::uint64_t syncs() const;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<std::vector<DirectoryEntry>> list_foreign(const std::string& directory) override;
  Result<void> rename_new(const std::string& from, const std::string& to) override;
  Result<void> rename_over(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& directory) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, const std::string& note) override;
  Result<std::string> real_path(const std::string& path) override;
  Result<bool> is_mount_point(const std::string& directory) override;
  Result<bool> is_private(const std::string& path) override;
  Result<FileOwner> owner_of(const std::string& path) override;
  Result<bool> is_locked(const std::string& path) override;
  Result<FileSystemFacts> file_system(const std::string& path) override;

 private:
  friend class SimFile;
  friend class SimLock;
  struct Inode;
  struct NameChange;
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  Result<void> begin_change(const std::string& path, std::optional<Call> kind = std::nullopt);
  [[nodiscard]] bool is_off_locked() const;
  [[nodiscard]] std::uint64_t bytes_used() const;
  [[nodiscard]] bool is_directory(const std::string& path) const;
  void change_names(std::vector<std::pair<std::string, std::shared_ptr<Inode>>> changes);
  Result<void> rename(const std::string& from, const std::string& to, bool replace);

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  Names names_;          // as the running system sees them
  Names durable_names_;  // as they were synced
  std::vector<NameChange> pending_names_;
  std::map<std::string, std::string> locks_;
  std::uint64_t power_ons_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t off_at_ = UINT64_MAX;
  std::uint64_t capacity_ = UINT64_MAX;
  bool foreign_ = false;
  struct Fault {
    std::uint64_t calls;
    ErrorCode code;
  };
  std::map<Call, Fault> faults_;
};

}  // namespace cairn
