// Longer than most: SQLite wants a VFS whole, and its parts are meaningless alone.
#include "cairn/db/testing/files_vfs.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

#include <sqlite3.h>

#include "cairn/base/random.h"
#include "cairn/base/time.h"

namespace cairn::db {
namespace {

// The lock levels of one database file among the connections of this process (SQLITE_LOCK_SHARED … EXCLUSIVE).
struct LockTable {
  int shared = 0;
  const void* reserved = nullptr;
  const void* exclusive = nullptr;
};

// The wal-index of one database file.
struct SharedMemory {
  std::vector<std::unique_ptr<std::vector<std::byte>>> regions;
  std::array<int, SQLITE_SHM_NLOCK> shared{};
  std::array<const void*, SQLITE_SHM_NLOCK> exclusive{};
};

struct OpenFile {
  FilesVfs::State* vfs;
  std::string path;
  std::unique_ptr<File> file;
  bool sync_directory_too;  // a log that may just have been made: its name must survive with it
  int level = SQLITE_LOCK_NONE;
  std::array<bool, SQLITE_SHM_NLOCK> holds_shared{};
};

// What SQLite allocates for a file: its own part first.
struct VfsFile {
  sqlite3_file base;
  OpenFile* open;
};

OpenFile& opened(sqlite3_file* file) { return *reinterpret_cast<VfsFile*>(file)->open; }

int io_code(const Error& error, int otherwise) { return error.code == ErrorCode::kNoSpace ? SQLITE_FULL : otherwise; }

}  // namespace

struct FilesVfs::State {
  explicit State(Files& used) : files(used) {}

  Files& files;
  std::string name;
  sqlite3_vfs vfs{};
  std::mutex mutex;
  std::map<std::string, LockTable> locks;
  std::map<std::string, SharedMemory> memories;
};

namespace {

// ---------------------------------------------------------------- one file

int close_file(sqlite3_file* file) {
  delete reinterpret_cast<VfsFile*>(file)->open;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int length, sqlite3_int64 offset) {
  const std::span<std::byte> target(static_cast<std::byte*>(into), static_cast<std::size_t>(length));
  const auto got = opened(file).file->read_at(static_cast<std::uint64_t>(offset), target);
  if (!got) return SQLITE_IOERR_READ;
  if (*got == target.size()) return SQLITE_OK;
  std::ranges::fill(target.subspan(*got), std::byte{0});  // SQLite demands it
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int length, sqlite3_int64 offset) {
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(length));
  const auto written = opened(file).file->write_at(static_cast<std::uint64_t>(offset), bytes);
  return written ? SQLITE_OK : io_code(written.error(), SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return opened(file).file->truncate(static_cast<std::uint64_t>(size)) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  auto& open = opened(file);
  if (!open.file->sync()) return SQLITE_IOERR_FSYNC;
  if (open.sync_directory_too) {
    // SQLite's own VFS does not look at the result either, which is why whoever opens the database syncs the directory
    // afterwards.
    (void)open.vfs->files.sync_directory(parent_of(open.path));
    open.sync_directory_too = false;
  }
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const auto got = opened(file).file->size();
  if (!got) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(*got);
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  auto& table = open.vfs->locks[open.path];
  if (open.level >= level) return SQLITE_OK;
  if (table.exclusive != nullptr && table.exclusive != &open) return SQLITE_BUSY;
  if (open.level == SQLITE_LOCK_NONE) {
    ++table.shared;
    open.level = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED) {
    if (table.reserved != nullptr && table.reserved != &open) return SQLITE_BUSY;
    table.reserved = &open;
    open.level = SQLITE_LOCK_RESERVED;
  }
  if (level == SQLITE_LOCK_EXCLUSIVE) {
    if (table.shared > 1) return SQLITE_BUSY;
    table.exclusive = &open;
    open.level = SQLITE_LOCK_EXCLUSIVE;
  }
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int level) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  auto& table = open.vfs->locks[open.path];
  if (table.exclusive == &open) table.exclusive = nullptr;
  if (table.reserved == &open) table.reserved = nullptr;
  if (level == SQLITE_LOCK_NONE && open.level > SQLITE_LOCK_NONE) --table.shared;
  open.level = std::min(open.level, level);
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* reserved) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  *reserved = open.vfs->locks[open.path].reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file* /*file*/) { return 4096; }
// As os_unix.c says of common disks: a write does not damage its neighbours.
int device_characteristics(sqlite3_file* /*file*/) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// ---------------------------------------------------------------- the wal-index

int map_memory(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  auto& regions = open.vfs->memories[open.path].regions;
  *memory = nullptr;
  if (static_cast<std::size_t>(region) >= regions.size() && extend == 0) return SQLITE_OK;
  while (regions.size() <= static_cast<std::size_t>(region))
    regions.push_back(std::make_unique<std::vector<std::byte>>(static_cast<std::size_t>(size)));
  *memory = regions[static_cast<std::size_t>(region)]->data();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* file, int first, int count, int flags) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  auto& memory = open.vfs->memories[open.path];
  const auto begin = static_cast<std::size_t>(first);
  const auto end = begin + static_cast<std::size_t>(count);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (auto i = begin; i < end; ++i) {
      if (memory.exclusive[i] == &open) memory.exclusive[i] = nullptr;
      if (open.holds_shared[i]) --memory.shared[i];
      open.holds_shared[i] = false;
    }
    return SQLITE_OK;
  }
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (auto i = begin; i < end; ++i) {
    const int others = memory.shared[i] - (open.holds_shared[i] ? 1 : 0);
    if (memory.exclusive[i] != nullptr && memory.exclusive[i] != &open) return SQLITE_BUSY;
    if (exclusive && others > 0) return SQLITE_BUSY;
  }
  for (auto i = begin; i < end; ++i) {
    if (exclusive) {
      memory.exclusive[i] = &open;
    } else if (!open.holds_shared[i]) {
      ++memory.shared[i];
      open.holds_shared[i] = true;
    }
  }
  return SQLITE_OK;
}

void memory_barrier(sqlite3_file* file) {
  const std::scoped_lock lock(opened(file).vfs->mutex);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

int unmap_memory(sqlite3_file* file, int remove) {
  auto& open = opened(file);
  const std::scoped_lock lock(open.vfs->mutex);
  if (remove != 0) open.vfs->memories.erase(open.path);
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = map_memory,
    .xShmLock = lock_memory,
    .xShmBarrier = memory_barrier,
    .xShmUnmap = unmap_memory,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// ---------------------------------------------------------------- the file system

FilesVfs::State& state_of(sqlite3_vfs* vfs) { return *static_cast<FilesVfs::State*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  auto& state = state_of(vfs);
  auto* target = reinterpret_cast<VfsFile*>(file);
  target->base.pMethods = nullptr;
  if (path == nullptr) return SQLITE_CANTOPEN;  // temporary files are kept in memory
  const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
  auto opened_file = state.files.open(path, (flags & SQLITE_OPEN_READONLY) != 0 ? OpenMode::kRead : OpenMode::kReadWrite);
  if (!opened_file && opened_file.error().code == ErrorCode::kNotFound && may_create)
    opened_file = state.files.open(path, OpenMode::kCreate);
  if (!opened_file) return SQLITE_CANTOPEN;
  const bool is_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  target->open = new OpenFile{&state, path, *std::move(opened_file), may_create && is_log};
  target->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_directory) {
  auto& files = state_of(vfs).files;
  if (!files.remove(path)) return SQLITE_IOERR_DELETE;
  if (sync_directory != 0 && !files.sync_directory(parent_of(path))) return SQLITE_IOERR_DIR_FSYNC;
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int /*flags*/, int* exists) {
  *exists = state_of(vfs).files.open(path, OpenMode::kRead).has_value() ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* /*vfs*/, int length, char* out) {
  fill_random(std::as_writable_bytes(std::span(out, static_cast<std::size_t>(length))));
  return length;
}

int no_sleep(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }

int current_time(sqlite3_vfs* /*vfs*/, sqlite3_int64* julian_ms) {
  constexpr sqlite3_int64 kUnixEpoch = 210'866'760'000'000;
  *julian_ms = kUnixEpoch + SystemClock().now().time_since_epoch().count() / 1000;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*length*/, char* /*out*/) { return 0; }

std::atomic<int> made_so_far = 0;

}  // namespace

FilesVfs::FilesVfs(Files& files) : state_(std::make_unique<State>(files)) {
  state_->name = "files-" + std::to_string(++made_so_far);
  auto& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(VfsFile);
  vfs.mxPathname = 1024;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = no_sleep;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time;
  sqlite3_vfs_register(&vfs, 0);
}

FilesVfs::~FilesVfs() { sqlite3_vfs_unregister(&state_->vfs); }

const char* FilesVfs::name() const { return state_->name.c_str(); }

}  // namespace cairn::db
