#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/time.h"

namespace cairn {

/// An open file. Calls block, so they belong on a pool. One thread at a time, but for read_at, which any number may
/// call. Errors: kNoSpace, kIo. After any failed call but a read the file's bytes are to be taken as lost.
class File {
 public:
  virtual ~File() = default;  ///< closes; what was not synced may be lost

  /// Reads into all of `into`; fewer bytes only where the file ends.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) = 0;

  /// Reads what lies in memory, never waiting for the disk: the first bytes of `into`, 0 if not even the first is there, at the
  /// file's end, or if the file system cannot tell. What is missing, and why, read_at says. Any number of threads, io threads
  /// too.
  [[nodiscard]] virtual std::size_t try_read_at(std::uint64_t /*offset*/, std::span<std::byte> /*into*/) noexcept { return 0; }

  /// What sendfile(2) takes; -1 if there is none. The file's own: it ends with it.
  [[nodiscard]] virtual int descriptor() const noexcept { return -1; }

  /// Writes all of `bytes`, making the file longer where needed.
  virtual Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes) = 0;

  virtual Result<void> truncate(std::uint64_t size) = 0;

  /// When its bytes were changed last; a time outside the years 1 to 9999 is the nearest within.
  [[nodiscard]] virtual Result<Instant> modified_at() = 0;

  /// Sets that time, for files that are handed to people.
  virtual Result<void> set_modified_at(Instant time) = 0;

  /// Takes the room for `size` bytes now, so that a full disk shows before they are written; a file system that cannot do that is
  /// no error.
  virtual Result<void> allocate(std::uint64_t size) = 0;

  /// Lets the disk begin to write these bytes, so that the sync at the end has little left to do. A hint: it fails silently.
  virtual void start_writeback(std::uint64_t offset, std::uint64_t bytes) noexcept = 0;

  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;

  /// Returns when all that was written will survive a power cut, the file's name excepted (sync_directory). A failure
  /// means that what was written since the last sync is lost: Linux forgets the pages, and a second sync would report
  /// success (fsyncgate, 2018).
  virtual Result<void> sync() = 0;
};

/// A held lock; destroying it releases it, and so does the end of the process.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode {
  kRead,
  kReadWrite,
  kCreate,            ///< to read and write; it must not exist
  kReadOperatorFile,  ///< to read; a symbolic link is followed, since the operator has named the file
  kReadForeign,       ///< to read a plain file where others can change things: kInvalidInput for all else, without waiting
};

enum class FileKind { kFile, kDirectory, kOther };

struct DirectoryEntry {
  std::string name;
  FileKind kind;
  friend bool operator==(const DirectoryEntry&, const DirectoryEntry&) = default;
};

/// A user of this machine.
struct FileOwner {
  std::uint32_t id;
  std::string name;  ///< the number, if the machine knows no name
};

struct FileSystemFacts {
  std::string type;  ///< `ext4`, `nfs`, … or its number in hexadecimal
  bool foreign;      ///< on the network or in user space (FUSE): what is synced may be lost or torn there
  std::uint64_t free_bytes;
  std::uint64_t total_bytes;
};

/// The only code that opens, syncs, renames, lists and locks files. Paths are made by us, never from a user's name (but for an
/// export, whose names are checked, and an import, which reads what its operator names). Nothing follows a symbolic link at the
/// end of a file's path (but kReadOperatorFile). What is made is for the server's own user alone (0600, 0700). Calls block and
/// may run at once. Each error has the path in `subject`. Errors besides those named: kDenied, kNoSpace, kIo.
class Files {
 public:
  virtual ~Files() = default;

  /// kNotFound; kAlreadyExists with kCreate.
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;

  /// The names of a directory, sorted, without `.` and `..`. kNotFound.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;

  /// The same where others can change things, as kReadForeign. For both the path has no symbolic link anywhere in it, not even
  /// one that was put there meanwhile: kIo.
  virtual Result<std::vector<DirectoryEntry>> list_foreign(const std::string& directory) = 0;

  /// Moves a file to a name that must be free: kAlreadyExists. Durable once both directories are synced.
  virtual Result<void> rename_new(const std::string& from, const std::string& to) = 0;

  /// Moves a file over whatever has the name.
  virtual Result<void> rename_over(const std::string& from, const std::string& to) = 0;

  /// Removes a file; one that is gone already is no error. Durable once the directory is synced.
  virtual Result<void> remove(const std::string& path) = 0;

  /// Makes a directory whose parent exists; one that is there already is no error. Durable once the parent is synced.
  virtual Result<void> make_directory(const std::string& path) = 0;

  /// Returns when all names made, moved and removed in the directory will survive a power cut. A failure as of
  /// File::sync.
  virtual Result<void> sync_directory(const std::string& directory) = 0;

  /// Takes the lock of the file `path`, made if missing, and writes `note` into it. kConflict if another holds it; the
  /// message then is the other's note.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, const std::string& note) = 0;

  /// The path without symbolic links, `.` and `..`. kNotFound.
  virtual Result<std::string> real_path(const std::string& path) = 0;

  /// True if the directory is where another file system is mounted. kNotFound.
  virtual Result<bool> is_mount_point(const std::string& directory) = 0;

  /// True if none but its owner may read or change what is there (root always may). kNotFound.
  virtual Result<bool> is_private(const std::string& path) = 0;

  /// To whom it belongs. kNotFound.
  virtual Result<FileOwner> owner_of(const std::string& path) = 0;

  /// True if somebody, of this process or another, holds the lock of that file; false if the file is not there.
  virtual Result<bool> is_locked(const std::string& path) = 0;

  /// About the file system that holds `path`.
  virtual Result<FileSystemFacts> file_system(const std::string& path) = 0;
};

/// The folder of `path`, `.` if it names none.
[[nodiscard]] std::string parent_of(const std::string& path);

/// The whole text of a file of at most `limit_bytes`; kInvalidInput if it is longer.
Result<std::string> read_text(Files& files, const std::string& path, std::size_t limit_bytes, OpenMode mode = OpenMode::kRead);

/// Replaces a file's text so that after a power cut either the old or the new one is there whole: temporary, sync,
/// rename, directory sync.
Result<void> replace_text(Files& files, const std::string& path, const std::string& text);

/// Makes a file with this content so that after a power cut it is there whole or not at all. kAlreadyExists if the name is taken.
Result<void> create_whole(Files& files, const std::string& path, std::span<const std::byte> bytes);

/// Makes a directory and all parents that are missing, each durable.
Result<void> make_directories(Files& files, const std::string& path);

}  // namespace cairn
