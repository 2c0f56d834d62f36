#include "cairn/runtime/testing/sim_files.h"

#include <algorithm>
#include <array>

namespace cairn {
namespace {

constexpr std::uint64_t kPiece = 4096;

std::unexpected<Error> power_is_off(const std::string& path) { return failure(ErrorCode::kIo, "The power is off.", path); }

}  // namespace

// A file's bytes as the running system sees them, as they were synced, and what was changed in between.
struct SimFiles::Inode {
  struct Change {
    std::uint64_t offset;
    std::vector<std::byte> bytes;           // a piece that was written,
    std::optional<std::uint64_t> new_size;  // or a truncation
  };

  static void apply(std::vector<std::byte>& data, const Change& change) {
    if (change.new_size) {
      data.resize(*change.new_size);
      return;
    }
    data.resize(std::max<std::size_t>(data.size(), change.offset + change.bytes.size()));
    std::ranges::copy(change.bytes, data.begin() + static_cast<std::ptrdiff_t>(change.offset));
  }

  void change(Change change) {
    apply(data, change);
    pending.push_back(std::move(change));
  }

  bool directory = false;
  std::vector<std::byte> data;
  std::vector<std::byte> durable;
  std::vector<Change> pending;
};

// One step of a directory: names that got another file, or none, at once.
struct SimFiles::NameChange {
  std::vector<std::pair<std::string, std::shared_ptr<Inode>>> names;

  [[nodiscard]] bool touches(const std::string& directory) const {
    return std::ranges::any_of(names, [&](const auto& change) { return parent_of(change.first) == directory; });
  }
  void apply(Names& to) const {
    for (const auto& [name, inode] : names) {
      if (inode) {
        to[name] = inode;
      } else {
        to.erase(name);
      }
    }
  }
};

class SimFile final : public File {
 public:
  SimFile(SimFiles& disk, std::shared_ptr<SimFiles::Inode> inode, std::string path)
      : disk_(disk), inode_(std::move(inode)), path_(std::move(path)), power_on_(disk.power_ons_) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    if (offset >= inode_->data.size()) return 0uz;
    const auto length = std::min<std::size_t>(into.size(), inode_->data.size() - offset);
    std::copy_n(inode_->data.begin() + static_cast<std::ptrdiff_t>(offset), length, into.begin());
    return length;
  }

  Result<void> write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    if (auto begun = disk_.begin_change(path_, SimFiles::Call::kWrite); !begun) return begun;
    const auto end = std::max<std::uint64_t>(inode_->data.size(), offset + bytes.size());
    if (disk_.bytes_used() - inode_->data.size() + end > disk_.capacity_)
      return failure(ErrorCode::kNoSpace, "No space left on device", path_);
    while (!bytes.empty()) {
      const auto length = std::min<std::size_t>(bytes.size(), kPiece - offset % kPiece);
      inode_->change({offset, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)}, std::nullopt});
      bytes = bytes.subspan(length);
      offset += length;
    }
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    const auto begun = disk_.begin_change(path_);
    if (begun) inode_->change({0, {}, size});
    return begun;
  }

  // It keeps no times.
  Result<Instant> modified_at() override { return Instant{}; }
  Result<void> set_modified_at(Instant /*time*/) override { return {}; }

  Result<void> allocate(std::uint64_t size) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    const auto end = std::max<std::uint64_t>(inode_->data.size(), size);
    if (disk_.bytes_used() - inode_->data.size() + end > disk_.capacity_)
      return failure(ErrorCode::kNoSpace, "No space left on device", path_);
    return {};
  }

  void start_writeback(std::uint64_t /*offset*/, std::uint64_t /*bytes*/) noexcept override {}

  Result<std::uint64_t> size() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    return inode_->data.size();
  }

  Result<void> sync() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (stale()) return power_is_off(path_);
    const auto begun = disk_.begin_change(path_, SimFiles::Call::kSync);
    // A failed sync forgets its pages: they will never reach the disk, though they can still be read for a while.
    if (begun) {
      for (const auto& change : inode_->pending) SimFiles::Inode::apply(inode_->durable, change);
      ++disk_.syncs_;
    }
    if (!disk_.is_off_locked()) inode_->pending.clear();
    return begun;
  }

 private:
  [[nodiscard]] bool stale() const { return power_on_ != disk_.power_ons_ || disk_.is_off_locked(); }

  SimFiles& disk_;
  std::shared_ptr<SimFiles::Inode> inode_;
  std::string path_;
  std::uint64_t power_on_;
};

class SimLock final : public FileLock {
 public:
  SimLock(SimFiles& disk, std::string path) : disk_(disk), path_(std::move(path)), power_on_(disk.power_ons_) {}
  ~SimLock() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (power_on_ == disk_.power_ons_) disk_.locks_.erase(path_);
  }
  SimLock(const SimLock&) = delete;
  SimLock& operator=(const SimLock&) = delete;

 private:
  SimFiles& disk_;
  std::string path_;
  std::uint64_t power_on_;
};

SimFiles::SimFiles(std::uint64_t seed) : random_(seed) {
  const auto root = std::make_shared<Inode>();
  root->directory = true;
  names_["/"] = root;
  durable_names_ = names_;
}

SimFiles::~SimFiles() = default;

void SimFiles::cut_power_at(std::uint64_t calls) {
  const std::scoped_lock lock(mutex_);
  off_at_ = calls_ + calls;
}

bool SimFiles::is_off_locked() const { return calls_ >= off_at_; }

bool SimFiles::is_off() const {
  const std::scoped_lock lock(mutex_);
  return is_off_locked();
}

void SimFiles::restart() {
  const std::scoped_lock lock(mutex_);
  // Three kinds of power cut: nothing unsynced survives, anything may, all does.
  std::bernoulli_distribution survives(std::array{0.0, 0.5, 1.0}[random_() % 3]);
  for (const auto& change : pending_names_)
    if (survives(random_)) change.apply(durable_names_);
  pending_names_.clear();
  // What lies in a directory whose own name is lost is lost with it. Parents come before their children in the map.
  for (auto name = durable_names_.begin(); name != durable_names_.end();) {
    const auto parent = durable_names_.find(parent_of(name->first));
    const bool reachable = parent != durable_names_.end() && parent->second->directory;
    name = reachable ? std::next(name) : durable_names_.erase(name);
  }
  names_ = durable_names_;
  for (const auto& [name, inode] : names_) {
    for (const auto& change : inode->pending)
      if (survives(random_)) Inode::apply(inode->durable, change);
    inode->pending.clear();
    inode->data = inode->durable;
  }
  locks_.clear();
  faults_.clear();
  off_at_ = UINT64_MAX;
  ++power_ons_;
}

void SimFiles::fail_call(Call kind, std::uint64_t calls, ErrorCode code) {
  const std::scoped_lock lock(mutex_);
  faults_[kind] = {calls, code};
}

void SimFiles::set_capacity(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  capacity_ = bytes;
}

void SimFiles::set_foreign(bool foreign) {
  const std::scoped_lock lock(mutex_);
  foreign_ = foreign;
}

std::uint64_t SimFiles::calls() const {
  const std::scoped_lock lock(mutex_);
  return calls_;
}

std::uint64_t SimFiles::syncs() const {
  const std::scoped_lock lock(mutex_);
  return syncs_;
}

// Counts a changing call and lets it go on, or fails it as was told.
Result<void> SimFiles::begin_change(const std::string& path, std::optional<Call> kind) {
  ++calls_;
  if (is_off_locked()) return power_is_off(path);
  const auto fault = kind ? faults_.find(*kind) : faults_.end();
  if (fault == faults_.end() || --fault->second.calls > 0) return {};
  const auto code = fault->second.code;
  faults_.erase(fault);
  return failure(code, "A fault that the test asked for.", path);
}

std::uint64_t SimFiles::bytes_used() const {
  std::uint64_t used = 0;
  for (const auto& [name, inode] : names_) used += inode->data.size();
  return used;
}

bool SimFiles::is_directory(const std::string& path) const {
  const auto found = names_.find(path);
  return found != names_.end() && found->second->directory;
}

void SimFiles::change_names(std::vector<std::pair<std::string, std::shared_ptr<Inode>>> changes) {
  NameChange change{std::move(changes)};
  change.apply(names_);
  pending_names_.push_back(std::move(change));
}

Result<std::unique_ptr<File>> SimFiles::open(const std::string& path, OpenMode mode) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  const auto found = names_.find(path);
  if (mode != OpenMode::kCreate) {
    if (found == names_.end()) return failure(ErrorCode::kNotFound, "No such file or directory", path);
    return std::make_unique<SimFile>(*this, found->second, path);
  }
  if (found != names_.end()) return failure(ErrorCode::kAlreadyExists, "File exists", path);
  if (!is_directory(parent_of(path))) return failure(ErrorCode::kNotFound, "No such file or directory", path);
  if (const auto begun = begin_change(path); !begun) return failure(begun);
  auto inode = std::make_shared<Inode>();
  change_names({{path, inode}});
  return std::make_unique<SimFile>(*this, std::move(inode), path);
}

Result<std::vector<DirectoryEntry>> SimFiles::list(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(directory);
  if (!is_directory(directory)) return failure(ErrorCode::kNotFound, "No such file or directory", directory);
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, inode] : names_) {
    if (path == "/" || parent_of(path) != directory) continue;
    entries.push_back({path.substr(path.find_last_of('/') + 1), inode->directory ? FileKind::kDirectory : FileKind::kFile});
  }
  return entries;
}

Result<void> SimFiles::rename(const std::string& from, const std::string& to, bool replace) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(from);
  const auto found = names_.find(from);
  if (found == names_.end()) return failure(ErrorCode::kNotFound, "No such file or directory", from);
  if (!replace && names_.contains(to)) return failure(ErrorCode::kAlreadyExists, "File exists", to);
  if (const auto begun = begin_change(from, Call::kRename); !begun) return begun;
  const auto inode = found->second;
  if (parent_of(from) == parent_of(to)) {
    change_names({{to, inode}, {from, nullptr}});  // one directory changes at once
  } else {
    change_names({{to, inode}});
    change_names({{from, nullptr}});
  }
  return {};
}

Result<std::vector<DirectoryEntry>> SimFiles::list_foreign(const std::string& directory) { return list(directory); }

Result<void> SimFiles::rename_new(const std::string& from, const std::string& to) { return rename(from, to, false); }
Result<void> SimFiles::rename_over(const std::string& from, const std::string& to) { return rename(from, to, true); }

Result<void> SimFiles::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  if (!names_.contains(path)) return {};
  const auto begun = begin_change(path);
  if (begun) change_names({{path, nullptr}});
  return begun;
}

Result<void> SimFiles::make_directory(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  if (is_directory(path)) return {};
  if (!is_directory(parent_of(path))) return failure(ErrorCode::kNotFound, "No such file or directory", path);
  if (const auto begun = begin_change(path); !begun) return begun;
  auto inode = std::make_shared<Inode>();
  inode->directory = true;
  change_names({{path, inode}});
  return {};
}

Result<void> SimFiles::sync_directory(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(directory);
  if (const auto begun = begin_change(directory, Call::kSyncDirectory); !begun) return begun;
  std::erase_if(pending_names_, [&](const NameChange& change) {
    if (!change.touches(directory)) return false;
    change.apply(durable_names_);
    return true;
  });
  return {};
}

Result<std::unique_ptr<FileLock>> SimFiles::lock(const std::string& path, const std::string& note) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  if (const auto [held, taken] = locks_.emplace(path, note); !taken) return failure(ErrorCode::kConflict, held->second, path);
  return std::make_unique<SimLock>(*this, path);
}

Result<std::string> SimFiles::real_path(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  if (!names_.contains(path)) return failure(ErrorCode::kNotFound, "No such file or directory", path);
  return path;  // there are no links here
}

Result<bool> SimFiles::is_mount_point(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(directory);
  if (!is_directory(directory)) return failure(ErrorCode::kNotFound, "No such file or directory", directory);
  return directory == "/";
}

Result<bool> SimFiles::is_private(const std::string& path) {
  const auto there = real_path(path);
  if (!there) return failure(there);
  return true;
}

Result<FileOwner> SimFiles::owner_of(const std::string& path) {
  const auto there = real_path(path);
  if (!there) return failure(there);
  return FileOwner{.id = 0, .name = "root"};
}

Result<bool> SimFiles::is_locked(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return locks_.contains(path);
}

Result<FileSystemFacts> SimFiles::file_system(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (is_off_locked()) return power_is_off(path);
  const auto free = capacity_ - std::min(capacity_, bytes_used());
  return FileSystemFacts{.type = "simulated", .foreign = foreign_, .free_bytes = free, .total_bytes = capacity_};
}

}  // namespace cairn
