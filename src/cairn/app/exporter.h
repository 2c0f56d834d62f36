#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cairn/account/person.h"
#include "cairn/content/content.h"
#include "cairn/db/database.h"
#include "cairn/runtime/files.h"
#include "cairn/tree/rows.h"

namespace cairn::app {

/// What was written out.
struct Exported {
  std::int64_t files = 0;
  std::int64_t folders = 0;
  std::int64_t bytes = 0;
  std::vector<Error> failed{};  ///< what could not be, each with its path as the subject
};

/// Writes people's files out as plain files, one folder for each person, with names and folders as they are now; files keep their
/// time. Reads past all rights: for the operator, who has the data and its key anyway. Blocks while it writes. While it runs, and
/// after it was stopped, a file `.incomplete` says so.
class Exporter {
 public:
  struct Parts {
    db::Database& database;
    content::Content& content;
    Files& files;
    /// Is told of the progress, now and then.
    std::function<void(const Exported&)> tell;
  };

  explicit Exporter(Parts parts) : parts_(std::move(parts)) {}

  /// Into the directory `target`, which is there and empty: everybody's home, or that of the one person called `only`. What
  /// cannot be read or written is noted and passed over. Throws Failure: kNotFound if there is no such person, and what concerns
  /// all of it (kNoSpace, the list of people).
  Task<> run(const std::string& target, const std::string& only);

  /// What was written by now, also if run() has thrown.
  [[nodiscard]] const Exported& exported() const { return exported_; }

 private:
  struct Folder {
    tree::NodeId id;
    std::string path;
  };

  Task<std::vector<account::Person>> first_people(const std::string& only);
  Task<> export_home(const account::Person& person, const std::string& target);
  Task<> export_children(const Folder& folder);
  Task<> export_file(const tree::Node& node, const std::string& path);
  Task<> copy_bytes(const tree::Node& node, File& file);
  bool make_folder(const std::string& path);
  /// Notes what could not be written and goes on; throws it if it would befall all else too.
  void pass_over(Error error, const std::string& path);

  Parts parts_;
  Exported exported_;
  std::vector<Folder> left_;  // folders that are still to be looked at
};

}  // namespace cairn::app
