#include "cairn/store/local_store.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cairn/base/mutant.h"
#include "cairn/base/text.h"
#include "cairn/store/local_reader.h"

namespace cairn::store {
namespace {

constexpr std::string_view kTemporary = ".tmp-";
constexpr std::string_view kMarkerStart = "cairn-store-1";
constexpr std::uint64_t kWritebackBytes = 8u << 20;  // early writeback: an upload of 1 GiB is synced in 10 ms instead of 500
constexpr std::size_t kMarkerBytes = 1024;

// Work for the disk pool. Each owns what it needs; spans are of a buffer whose owner waits for the end.
struct OpenFile {
  Files* files;
  std::string path;
  OpenMode mode;
  std::uint64_t allocate;

  Result<std::unique_ptr<File>> run() const {
    auto file = files->open(path, mode);
    if (!file || allocate == 0) return file;
    if (const auto room = (*file)->allocate(allocate); !room) {
      (void)files->remove(path);  // the disk being full is what is told
      return failure(room);
    }
    return file;
  }
};

struct ListFolder {
  Files* files;
  std::string folder;

  Result<std::vector<DirectoryEntry>> run() const { return files->list(folder); }
};

struct WriteFile {
  File* file;
  std::uint64_t offset;
  std::span<const std::byte> bytes;

  Result<void> run() const {
    if (auto written = file->write_at(offset, bytes); !written) return written;
    const auto begun = offset / kWritebackBytes;
    if ((offset + bytes.size()) / kWritebackBytes > begun) file->start_writeback(begun * kWritebackBytes, kWritebackBytes);
    return {};
  }
};

Result<void> synced_once(File& file) {
  if (mutant("skip_file_sync")) return {};
  auto synced = file.sync();
  if (!synced && mutant("retry_sync")) return file.sync();
  return synced;
}

// The end of the write protocol (reliability.md §2.2): sync, rename to a free name, sync the directory.
struct CommitFile {
  Files* files;
  std::unique_ptr<File> file;
  std::string temporary;
  std::string path;

  Result<void> run() {
    if (auto synced = synced_once(*file); !synced) {
      (void)files->remove(temporary);  // its bytes are lost, which is what is told
      return synced;
    }
    auto renamed = mutant("rename_replaces") ? files->rename_over(temporary, path) : files->rename_new(temporary, path);
    if (!renamed) {
      (void)files->remove(temporary);
      return renamed;
    }
    if (mutant("skip_dir_sync")) return {};
    auto named = files->sync_directory(parent_of(path));
    if (!named) (void)files->remove(path);  // nothing may refer to it; the failed sync is what is told
    return named;
  }
};

struct RemoveFile {
  Files* files;
  std::string path;

  Result<void> run() const { return files->remove(path); }
};

struct RemoveObject {
  Files* files;
  OpenObjects* open;
  ObjectName name;
  std::string path;

  Result<void> run() const {
    auto removed = files->remove(path);
    open->let_go(name);  // here: the end of a removed file's last reader is what frees its room, which can take long
    if (!removed) return removed;
    return files->sync_directory(parent_of(path));
  }
};

class LocalWriter final : public ObjectWriter {
 public:
  LocalWriter(Files& files, WorkerPool& disk, Turn turn, std::unique_ptr<File> file, std::string temporary, std::string path)
      : files_(files),
        disk_(disk),
        turn_(turn),
        file_(std::move(file)),
        temporary_(std::move(temporary)),
        path_(std::move(path)) {}

  Task<> write(std::span<const std::byte> bytes) override {
    auto work = WriteFile{file_.get(), written_, bytes};
    auto written = co_await disk_.run(turn_, work);
    value_or_throw(std::move(written));
    written_ += bytes.size();
  }

  Task<> commit() override {
    auto work = CommitFile{&files_, std::move(file_), temporary_, path_};
    auto committed = co_await disk_.run(turn_, std::move(work));
    value_or_throw(std::move(committed));
  }

  Task<> discard() override {
    file_.reset();
    auto work = RemoveFile{&files_, temporary_};
    auto removed = co_await disk_.run(turn_, std::move(work));
    value_or_throw(std::move(removed));
  }

 private:
  Files& files_;
  WorkerPool& disk_;
  Turn turn_;
  std::unique_ptr<File> file_;
  std::string temporary_;
  std::string path_;
  std::uint64_t written_ = 0;
};

struct OpenForReading {
  Files* files;
  std::string path;

  Result<OpenObject> run() const {
    auto file = files->open(path, OpenMode::kRead);
    if (!file) return failure(file);
    const auto size = (*file)->size();
    if (!size) return failure(size);
    return OpenObject{.file = *std::move(file), .size = *size};
  }
};

struct ReadMarker {
  Files* files;
  std::string path;

  Result<Marker> run() const {
    const auto text = read_text(*files, path, kMarkerBytes);
    if (!text) return failure(text);
    const auto parts = split(*text, ' ');
    const auto high_water = parts.size() == 4 ? parse_unsigned(parts[3]) : std::nullopt;
    if (!high_water || parts[0] != kMarkerStart)
      return failure(ErrorCode::kCorrupt, fmt::format("{} is no marker of a store.", path), path);
    return Marker{std::string(parts[1]), std::string(parts[2]), static_cast<std::int64_t>(*high_water)};
  }
};

struct WriteMarker {
  Files* files;
  std::string path;
  Marker marker;

  Result<void> run() const {
    return replace_text(*files, path,
                        fmt::format("{} {} {} {}\n", kMarkerStart, marker.installation, marker.incarnation, marker.high_water));
  }
};

}  // namespace

std::string LocalStore::folder_of(const ObjectName& name) const { return directory_ + "/" + name.text().substr(0, 2); }
std::string LocalStore::path_of(const ObjectName& name) const { return folder_of(name) + "/" + name.text(); }
std::string LocalStore::marker_path() const { return directory_ + "/marker"; }

Result<std::size_t> LocalStore::prepare() {
  std::size_t swept = 0;
  for (unsigned i = 0; i < 256; ++i) {
    const auto folder = fmt::format("{}/{:02x}", directory_, i);
    if (const auto made = files_.make_directory(folder); !made) return failure(made);
    const auto entries = files_.list(folder);
    if (!entries) return failure(entries);
    for (const auto& entry : *entries) {
      if (!entry.name.starts_with(kTemporary)) continue;
      if (const auto removed = files_.remove(folder + "/" + entry.name); !removed) return failure(removed);
      ++swept;
    }
  }
  // Also when all were there: the start that made them may have died before this.
  if (const auto synced = files_.sync_directory(directory_); !synced) return failure(synced);
  return swept;
}

Task<std::vector<ObjectName>> LocalStore::list(Turn turn, std::uint8_t part) {
  auto work = ListFolder{&files_, fmt::format("{}/{:02x}", directory_, part)};
  auto listed = co_await disk_.run(turn, std::move(work));
  const auto entries = value_or_throw(std::move(listed));
  std::vector<ObjectName> names;
  for (const auto& entry : entries)
    if (const auto name = ObjectName::parse(entry.name)) names.push_back(*name);
  co_return names;
}

Task<std::unique_ptr<ObjectWriter>> LocalStore::create(Turn turn, ObjectName name, std::optional<std::uint64_t> size) {
  auto temporary = fmt::format("{}/{}{}", folder_of(name), kTemporary, name.text());
  auto work = OpenFile{&files_, temporary, OpenMode::kCreate, size.value_or(0)};
  auto opened = co_await disk_.run(turn, std::move(work));
  auto file = value_or_throw(std::move(opened));
  co_return std::make_unique<LocalWriter>(files_, disk_, turn, std::move(file), std::move(temporary), path_of(name));
}

Task<Result<std::unique_ptr<ObjectReader>>> LocalStore::open(Turn turn, ObjectName name, ByteRange range) {
  auto object = open_.find(name);
  if (!object) {
    const auto let_go_count = open_.let_go_count();
    auto work = OpenForReading{&files_, path_of(name)};
    auto opened = co_await disk_.run(turn, std::move(work));
    if (!opened) co_return failure(opened);
    open_.keep(name, *opened, let_go_count);
    object = *std::move(opened);
  }
  if (range.offset > object->size || range.length > object->size - range.offset) {
    co_return failure(ErrorCode::kRangeNotSatisfiable, fmt::format("The object has {} bytes.", object->size), name.text());
  }
  co_return make_local_reader(disk_, turn, std::move(object->file), range);
}

Task<> LocalStore::remove(Turn turn, ObjectName name) {
  auto work = RemoveObject{&files_, &open_, name, path_of(name)};
  auto removed = co_await disk_.run(turn, std::move(work));
  value_or_throw(std::move(removed));
}

Task<Result<Marker>> LocalStore::read_marker(Turn turn) {
  auto work = ReadMarker{&files_, marker_path()};
  auto marker = co_await disk_.run(turn, std::move(work));
  co_return marker;
}

Task<> LocalStore::write_marker(Turn turn, Marker marker) {
  auto work = WriteMarker{&files_, marker_path(), std::move(marker)};
  auto written = co_await disk_.run(turn, std::move(work));
  value_or_throw(std::move(written));
}

}  // namespace cairn::store
