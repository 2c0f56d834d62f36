#pragma once
#include <memory>
#include <string>

#include "cairn/runtime/files.h"

namespace cairn::db {

/// Lets SQLite work on a Files, so that a test's simulated disk lies under the database too. The shared memory of WAL mode and
/// the locks live in this process, as they do in the page cache of a real machine: after a power cut make a new one.
/// https://www.sqlite.org/vfs.html; what syncs when is as in SQLite's own os_unix.c.
class FilesVfs {
 public:
  /// Registers itself with SQLite until it dies; all connections must have been closed by then. `files` must outlive it.
  explicit FilesVfs(Files& files);
  ~FilesVfs();
  FilesVfs(const FilesVfs&) = delete;
  FilesVfs& operator=(const FilesVfs&) = delete;

  /// The name to open databases with.
  [[nodiscard]] const char* name() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace cairn::db
