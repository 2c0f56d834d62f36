#include "cairn/runtime/files.h"

#include <fmt/format.h>

namespace cairn {

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<std::string> read_text(Files& files, const std::string& path, std::size_t limit_bytes, OpenMode mode) {
  const auto file = files.open(path, mode);
  if (!file) return failure(file);
  std::string text(limit_bytes + 1, '\0');
  const auto got = (*file)->read_at(0, std::as_writable_bytes(std::span(text)));
  if (!got) return failure(got);
  if (*got > limit_bytes)
    return failure(ErrorCode::kInvalidInput, fmt::format("The file is longer than {} bytes.", limit_bytes), path);
  text.resize(*got);
  return text;
}

namespace {

// A temporary beside `path` that holds `bytes`, synced; its name. One that a crash has left is removed first.
Result<std::string> write_temporary(Files& files, const std::string& path, std::span<const std::byte> bytes) {
  auto temporary = path + ".new";
  if (const auto removed = files.remove(temporary); !removed) return failure(removed);
  const auto file = files.open(temporary, OpenMode::kCreate);
  if (!file) return failure(file);
  if (const auto written = (*file)->write_at(0, bytes); !written) return failure(written);
  if (const auto synced = (*file)->sync(); !synced) return failure(synced);
  return temporary;
}

}  // namespace

Result<void> replace_text(Files& files, const std::string& path, const std::string& text) {
  const auto temporary = write_temporary(files, path, std::as_bytes(std::span(text)));
  if (!temporary) return failure(temporary);
  if (const auto renamed = files.rename_over(*temporary, path); !renamed) return failure(renamed);
  return files.sync_directory(parent_of(path));
}

Result<void> create_whole(Files& files, const std::string& path, std::span<const std::byte> bytes) {
  const auto temporary = write_temporary(files, path, bytes);
  if (!temporary) return failure(temporary);
  if (const auto renamed = files.rename_new(*temporary, path); !renamed) {
    if (const auto removed = files.remove(*temporary); !removed) return removed;
    // Who is told that the name is taken may build on the file: whoever made it may have died before this.
    if (const auto synced = files.sync_directory(parent_of(path)); !synced) return synced;
    return failure(renamed);
  }
  return files.sync_directory(parent_of(path));
}

Result<void> make_directories(Files& files, const std::string& path) {
  const auto made = files.make_directory(path);
  if (made) return files.sync_directory(parent_of(path));
  if (made.error().code != ErrorCode::kNotFound || parent_of(path) == path) return failure(made);
  if (const auto parents = make_directories(files, parent_of(path)); !parents) return failure(parents);
  return make_directories(files, path);
}

}  // namespace cairn
