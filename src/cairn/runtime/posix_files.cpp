#include "cairn/runtime/posix_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cairn {
namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case ENOENT: return ErrorCode::kNotFound;
    case EEXIST: return ErrorCode::kAlreadyExists;
    case EFBIG:
    case ENOSPC:
    case EDQUOT: return ErrorCode::kNoSpace;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::kDenied;
    default: return ErrorCode::kIo;
  }
}

// The error of the system call that has just failed on `path`.
std::unexpected<Error> system_failure(const std::string& path) {
  const int number = errno;
  return failure(code_of(number), fmt::format("{}: {}", path, std::generic_category().message(number)), path);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);  // all that matters was synced before
  }
  [[nodiscard]] int get() const { return number_; }
  void release() { number_ = -1; }

 private:
  int number_;
};

int retried_open(const std::string& path, int flags) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (number < 0 && errno == EINTR);
  return number;
}

// Opens what others may change meanwhile: no symbolic link in the whole path is followed, and nothing is waited for (a pipe).
int open_foreign(const std::string& path, int flags) {
  flags |= O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long number = -1;
  do {
    number = ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
  } while (number < 0 && errno == EINTR);
  // Before Linux 5.6, and in containers that do not know the call: the last part alone.
  if (number < 0 && (errno == ENOSYS || errno == EPERM)) return retried_open(path, flags);
  return static_cast<int>(number);
}

Instant instant_of(const timespec& time) {
  using namespace std::chrono;
  constexpr sys_seconds kFirst = sys_days{year(1) / January / 1};
  constexpr sys_seconds kLast = sys_days{year(9999) / December / 31} + hours(24) - seconds(1);
  const auto whole = std::clamp(sys_seconds(seconds(time.tv_sec)), kFirst, kLast);
  return whole + duration_cast<microseconds>(nanoseconds(time.tv_nsec));
}

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto got = ::pread(descriptor_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_failure(path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  [[nodiscard]] std::size_t try_read_at(std::uint64_t offset, std::span<std::byte> into) noexcept override {
    std::size_t done = 0;
    while (done < into.size()) {
      const iovec place{.iov_base = into.data() + done, .iov_len = into.size() - done};
      const auto got = ::preadv2(descriptor_.get(), &place, 1, static_cast<off_t>(offset + done), RWF_NOWAIT);
      if (got <= 0) break;  // an error is read_at's to tell
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  [[nodiscard]] int descriptor() const noexcept override { return descriptor_.get(); }

  Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const auto put = ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return system_failure(path_);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_.get(), static_cast<off_t>(size)) != 0) return system_failure(path_);
    return {};
  }

  Result<Instant> modified_at() override {
    struct stat facts{};
    if (::fstat(descriptor_.get(), &facts) != 0) return system_failure(path_);
    return instant_of(facts.st_mtim);
  }

  Result<void> set_modified_at(Instant time) override {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    const std::chrono::nanoseconds rest = time.time_since_epoch() - seconds;
    const timespec modified{.tv_sec = seconds.count(), .tv_nsec = rest.count()};
    const std::array times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, modified};
    if (::futimens(descriptor_.get(), times.data()) != 0) return system_failure(path_);
    return {};
  }

  Result<void> allocate(std::uint64_t size) override {
    // fallocate(2), not posix_fallocate(3), which writes zeros where the file system cannot.
    if (size == 0 || ::fallocate(descriptor_.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)) == 0 || errno == EOPNOTSUPP)
      return {};
    return system_failure(path_);
  }

  void start_writeback(std::uint64_t offset, std::uint64_t bytes) noexcept override {
    ::sync_file_range(descriptor_.get(), static_cast<off_t>(offset), static_cast<off_t>(bytes), SYNC_FILE_RANGE_WRITE);
  }

  Result<std::uint64_t> size() override {
    struct stat facts{};
    if (::fstat(descriptor_.get(), &facts) != 0) return system_failure(path_);
    return static_cast<std::uint64_t>(facts.st_size);
  }

  Result<void> sync() override {
    if (::fsync(descriptor_.get()) != 0) return system_failure(path_);
    return {};
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

FileKind kind_of(DIR* directory, const dirent& entry) {
  if (entry.d_type == DT_REG) return FileKind::kFile;
  if (entry.d_type == DT_DIR) return FileKind::kDirectory;
  struct stat facts{};  // a file system that does not tell kinds in its listing
  if (entry.d_type != DT_UNKNOWN || ::fstatat(::dirfd(directory), entry.d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
    return FileKind::kOther;
  if (S_ISREG(facts.st_mode)) return FileKind::kFile;
  return S_ISDIR(facts.st_mode) ? FileKind::kDirectory : FileKind::kOther;
}

// Lists the directory that was opened, or tells why it was not.
Result<std::vector<DirectoryEntry>> list_opened(int opened, const std::string& directory) {
  Descriptor descriptor(opened);
  if (opened < 0) return system_failure(directory);
  const std::unique_ptr<DIR, decltype([](DIR* open) { ::closedir(open); })> open(::fdopendir(opened));
  if (!open) return system_failure(directory);
  descriptor.release();  // it is the directory's now
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());  // NOLINT(concurrency-mt-unsafe): a DIR of our own
    if (entry == nullptr && errno != 0) return system_failure(directory);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({name, kind_of(open.get(), *entry)});
  }
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

struct KnownFileSystem {
  unsigned long magic;
  std::string_view name;
  bool foreign;
};

// Numbers: linux/magic.h, statfs(2); CIFS, FUSE, XFS and ZFS are in their own sources.
constexpr KnownFileSystem kFileSystems[] = {
    {EXT4_SUPER_MAGIC, "ext4", false}, {0x58465342, "xfs", false},     {BTRFS_SUPER_MAGIC, "btrfs", false},
    {0x2fc12fc1, "zfs", false},        {TMPFS_MAGIC, "tmpfs", false},  {OVERLAYFS_SUPER_MAGIC, "overlayfs", false},
    {NFS_SUPER_MAGIC, "nfs", true},    {SMB_SUPER_MAGIC, "smb", true}, {0xff534d42, "cifs", true},
    {0xfe534d42, "smb2", true},        {0x65735546, "fuse", true},     {V9FS_MAGIC, "9p", true},
    {CEPH_SUPER_MAGIC, "ceph", true},  {AFS_SUPER_MAGIC, "afs", true},
};

}  // namespace

void keep_standard_streams() {
  int number = -1;
  do {
    number = ::open("/dev/null", O_RDWR);  // stays with those that this process may start
  } while (number >= 0 && number <= STDERR_FILENO);
  if (number >= 0) ::close(number);
}

Result<std::unique_ptr<File>> PosixFiles::open(const std::string& path, OpenMode mode) {
  int flags = O_RDWR | O_NOFOLLOW;
  if (mode == OpenMode::kRead) flags = O_RDONLY | O_NOFOLLOW;
  if (mode == OpenMode::kCreate) flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
  if (mode == OpenMode::kReadOperatorFile) flags = O_RDONLY;
  Descriptor descriptor(mode == OpenMode::kReadForeign ? open_foreign(path, 0) : retried_open(path, flags));
  if (descriptor.get() < 0) return system_failure(path);
  struct stat facts{};
  if (mode == OpenMode::kReadForeign && (::fstat(descriptor.get(), &facts) != 0 || !S_ISREG(facts.st_mode)))
    return failure(ErrorCode::kInvalidInput, fmt::format("{} is no plain file.", path), path);
  return std::make_unique<PosixFile>(std::move(descriptor), path);
}

Result<std::vector<DirectoryEntry>> PosixFiles::list(const std::string& directory) {
  return list_opened(retried_open(directory, O_RDONLY | O_DIRECTORY), directory);
}

Result<std::vector<DirectoryEntry>> PosixFiles::list_foreign(const std::string& directory) {
  return list_opened(open_foreign(directory, O_DIRECTORY), directory);
}

Result<void> PosixFiles::rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) return system_failure(to);
  return {};
}

Result<void> PosixFiles::rename_over(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_failure(to);
  return {};
}

Result<void> PosixFiles::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure(path);
  return {};
}

Result<void> PosixFiles::make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  const auto failed = system_failure(path);
  struct stat facts{};
  const bool there = failed.error().code == ErrorCode::kAlreadyExists && ::stat(path.c_str(), &facts) == 0;
  if (there && S_ISDIR(facts.st_mode)) return {};
  return failed;
}

Result<void> PosixFiles::sync_directory(const std::string& directory) {
  const Descriptor descriptor(retried_open(directory, O_RDONLY | O_DIRECTORY));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return system_failure(directory);
  return {};
}

Result<std::unique_ptr<FileLock>> PosixFiles::lock(const std::string& path, const std::string& note) {
  Descriptor descriptor(retried_open(path, O_RDWR | O_CREAT | O_NOFOLLOW));
  if (descriptor.get() < 0) return system_failure(path);
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor.get(), F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES) return system_failure(path);
    std::string holder(256, '\0');
    const auto got = ::pread(descriptor.get(), holder.data(), holder.size(), 0);
    holder.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return failure(ErrorCode::kConflict, holder, path);
  }
  const bool noted = ::ftruncate(descriptor.get(), 0) == 0 &&
                     ::pwrite(descriptor.get(), note.data(), note.size(), 0) == static_cast<ssize_t>(note.size());
  if (!noted) return system_failure(path);
  return std::make_unique<PosixLock>(std::move(descriptor));
}

Result<std::string> PosixFiles::real_path(const std::string& path) {
  const std::unique_ptr<char, decltype([](char* text) { std::free(text); })> resolved(::realpath(path.c_str(), nullptr));
  if (!resolved) return system_failure(path);
  return std::string(resolved.get());
}

Result<bool> PosixFiles::is_mount_point(const std::string& directory) {
  struct stat own{};
  struct stat parent{};
  if (::stat(directory.c_str(), &own) != 0 || ::stat((directory + "/..").c_str(), &parent) != 0) return system_failure(directory);
  return own.st_dev != parent.st_dev || own.st_ino == parent.st_ino;  // the root is its own parent
}

Result<bool> PosixFiles::is_private(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return system_failure(path);
  return (facts.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

Result<FileOwner> PosixFiles::owner_of(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return system_failure(path);
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> texts{};
  const bool known = ::getpwuid_r(facts.st_uid, &entry, texts.data(), texts.size(), &found) == 0 && found != nullptr;
  return FileOwner{.id = facts.st_uid, .name = known ? entry.pw_name : std::to_string(facts.st_uid)};
}

Result<bool> PosixFiles::is_locked(const std::string& path) {
  const Descriptor descriptor(retried_open(path, O_RDONLY | O_NOFOLLOW));
  if (descriptor.get() < 0 && errno == ENOENT) return false;
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (descriptor.get() < 0 || ::fcntl(descriptor.get(), F_OFD_GETLK, &whole) != 0) return system_failure(path);
  return whole.l_type != F_UNLCK;
}

Result<FileSystemFacts> PosixFiles::file_system(const std::string& path) {
  struct statfs facts{};
  if (::statfs(path.c_str(), &facts) != 0) return system_failure(path);
  const auto magic = static_cast<unsigned long>(facts.f_type);
  const auto* known = std::ranges::find(kFileSystems, magic, &KnownFileSystem::magic);
  const bool found = known != std::end(kFileSystems);
  const auto block = static_cast<std::uint64_t>(facts.f_bsize);
  return FileSystemFacts{.type = found ? std::string(known->name) : fmt::format("{:#x}", magic),
                         .foreign = found && known->foreign,
                         .free_bytes = facts.f_bavail * block,
                         .total_bytes = facts.f_blocks * block};
}

}  // namespace cairn
