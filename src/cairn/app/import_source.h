#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cairn/runtime/files.h"
#include "cairn/tree/name.h"

namespace cairn::app {

/// Something in a directory that can be taken into a space under its own name.
struct SourceEntry {
  std::string path;
  tree::Name name;
};

/// What an import finds in one directory.
struct SourceFolder {
  std::vector<SourceEntry> folders{};
  std::vector<SourceEntry> files{};
  std::vector<Error> passed_over{};  ///< what cannot be taken, each with its path as the subject
};

/// Looks at a directory. Passed over is what is neither file nor folder, what no name here can be, and what would have the same
/// name here as its neighbour: nothing is renamed. Errors as Files::list_foreign().
Result<SourceFolder> look_at_source(Files& files, const std::string& directory, tree::NameRule rule);

/// A file that is read for an import.
struct SourceFile {
  std::unique_ptr<File> file;
  std::uint64_t size = 0;
  Instant modified_at{};  ///< as it was when the file was opened, the length too
};

/// Opens a file. Errors as Files::open().
Result<SourceFile> open_source(Files& files, const std::string& path);

/// kNoSpace if so many bytes find no room in the directory `store`: one file that is larger than the disk would otherwise end an
/// import, time and again.
Result<void> check_room(Files& files, const std::string& store, std::uint64_t size);

/// kConflict if the file was changed since it was opened; kIo.
Result<void> check_unchanged(const SourceFile& source);

}  // namespace cairn::app
