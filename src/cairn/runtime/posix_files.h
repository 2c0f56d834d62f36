#pragma once
#include "cairn/runtime/files.h"

namespace cairn {

/// The machine's own files.
class PosixFiles : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) override;
  Result<std::vector<DirectoryEntry>> list_foreign(const std::string& directory) override;
  Result<void> rename_new(const std::string& from, const std::string& to) override;
  Result<void> rename_over(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& directory) override;
  /// An open file description lock (fcntl(2), F_OFD_SETLK): it holds between threads too, and ends with the process
  /// however that ends.
  Result<std::unique_ptr<FileLock>> lock(const std::string& path, const std::string& note) override;
  Result<std::string> real_path(const std::string& path) override;
  Result<bool> is_mount_point(const std::string& directory) override;
  Result<bool> is_private(const std::string& path) override;
  Result<FileOwner> owner_of(const std::string& path) override;
  Result<bool> is_locked(const std::string& path) override;
  Result<FileSystemFacts> file_system(const std::string& path) override;
};

/// Opens /dev/null as whichever of standard input, output and error are closed, so that no file of ours becomes one of them. Call
/// first in main.
void keep_standard_streams();

}  // namespace cairn
