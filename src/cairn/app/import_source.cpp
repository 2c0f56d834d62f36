#include "cairn/app/import_source.h"

#include <map>

#include <fmt/format.h>

#include "cairn/base/utf8.h"

namespace cairn::app {
namespace {

constexpr std::uint64_t kSealingShare = 1'000;  // sealed content is longer by less than a thousandth
constexpr const char* kOtherKind = "neither a file nor a folder: a symbolic link, a socket or a device.";

}  // namespace

Result<SourceFolder> look_at_source(Files& files, const std::string& directory, tree::NameRule rule) {
  const auto entries = files.list_foreign(directory);
  if (!entries) return failure(entries);
  SourceFolder found;
  struct Candidate {
    const DirectoryEntry* entry;
    tree::Name name;
  };
  std::map<std::string, std::vector<Candidate>> by_key;
  const auto path_of = [&](const DirectoryEntry& entry) { return directory + "/" + entry.name; };
  for (const auto& entry : *entries) {
    if (entry.kind == FileKind::kOther) {
      found.passed_over.push_back({ErrorCode::kInvalidInput, kOtherKind, path_of(entry)});
      continue;
    }
    auto name = tree::Name::check(entry.name);
    if (name) {
      const auto key = name->key(rule);
      by_key[key].push_back({.entry = &entry, .name = *std::move(name)});
    } else {
      found.passed_over.push_back({name.error().code, name.error().message, path_of(entry)});
    }
  }
  for (auto& [key, candidates] : by_key) {
    if (candidates.size() == 1) {
      auto& [entry, name] = candidates.front();
      auto& into = entry->kind == FileKind::kDirectory ? found.folders : found.files;
      into.push_back({.path = path_of(*entry), .name = std::move(name)});
      continue;
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const auto& other = *candidates[i == 0 ? 1 : 0].entry;
      found.passed_over.push_back({ErrorCode::kAlreadyExists,
                                   fmt::format("would have the same name here as {}; rename one of them.", printable(other.name)),
                                   path_of(*candidates[i].entry)});
    }
  }
  return found;
}

Result<SourceFile> open_source(Files& files, const std::string& path) {
  auto file = files.open(path, OpenMode::kReadForeign);
  if (!file) return failure(file);
  const auto size = (*file)->size();
  if (!size) return failure(size);
  const auto modified_at = (*file)->modified_at();
  if (!modified_at) return failure(modified_at);
  return SourceFile{.file = *std::move(file), .size = *size, .modified_at = *modified_at};
}

Result<void> check_room(Files& files, const std::string& store, std::uint64_t size) {
  const auto disk = files.file_system(store);
  if (!disk) return failure(disk);
  const auto stored = size + size / kSealingShare;
  if (stored <= disk->free_bytes) return {};
  return failure(ErrorCode::kNoSpace, fmt::format("is larger than what is free on the disk, {} bytes.", disk->free_bytes));
}

Result<void> check_unchanged(const SourceFile& source) {
  const auto size = source.file->size();
  if (!size) return failure(size);
  const auto modified_at = source.file->modified_at();
  if (!modified_at) return failure(modified_at);
  if (*size == source.size && *modified_at == source.modified_at) return {};
  return failure(ErrorCode::kConflict, "was changed while it was read; run the import again.");
}

}  // namespace cairn::app
