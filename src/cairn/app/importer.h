#pragma once
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cairn/app/import_source.h"
#include "cairn/db/database.h"
#include "cairn/runtime/task_group.h"
#include "cairn/runtime/worker_pool.h"
#include "cairn/tree/tree.h"

namespace cairn::app {

/// What an import has done by now.
struct Imported {
  std::int64_t files = 0;  ///< taken in, new ones and new versions
  std::int64_t bytes = 0;  ///< read for them
  std::int64_t folders = 0;
  std::int64_t there = 0;  ///< files that were there already, as long and as old
  std::int64_t passed_over = 0;
};

/// Takes a directory's files and folders into somebody's home, in that person's name; files keep their times. What is there
/// already is told by length and time, so an import that was stopped goes on where it was: run it again. A file that is newer
/// than the one here becomes its new version; one that differs and is not newer is passed over. Runs on one io thread; reads with
/// `disk`.
class Importer {
 public:
  struct Parts {
    db::Database& database;
    tree::Tree& tree;
    const ledger::Journal& journal;
    const Clock& clock;
    Files& files;
    std::string store;  ///< the directory of the content
    WorkerPool& disk;
    std::size_t parallel;  ///< files at once
    /// Is told of the progress, again and again.
    std::function<void(const Imported&)> tell;
    /// Is told of what was not taken in, with its path as the subject.
    std::function<void(const Error&)> passed_over;
  };

  explicit Importer(Parts parts) : parts_(std::move(parts)), free_places_(parts_.parallel) {}

  /// From `source` into the folder `into` of the home of the person called `user`; the folder is made if it is missing, and an
  /// empty path is the home itself. Returns early after stop(). Throws Failure: kNotFound if there is no such person,
  /// kInvalidInput for `into`, and what concerns all of it (kNoSpace, kIo).
  Task<> run(std::string source, std::string user, std::string into);

  /// Ends it soon: files that are on their way in are given up. From any thread.
  void stop() { stopping_ = true; }
  [[nodiscard]] bool was_stopped() const { return stopping_; }

  [[nodiscard]] const Imported& imported() const { return imported_; }

 private:
  struct Folder {
    std::string source;
    tree::NodeId target;
  };
  class Place;

  Task<> find_home(std::string user);
  Task<tree::NodeId> find_target(std::string into);
  Task<std::optional<tree::NodeId>> folder_at(tree::NodeId parent, tree::Name name);
  Task<> walk();
  Task<> import_folder(Folder folder);
  Task<> import_file(tree::NodeId parent, SourceEntry entry);
  Task<> take_in(tree::NodeId parent, const SourceEntry& entry);
  Task<bool> is_wanted(tree::NodeId parent, const SourceEntry& entry, const SourceFile& source, tree::OnConflict& on_conflict);
  Task<Result<void>> copy(const SourceFile& source, tree::FileDraft& draft);
  [[nodiscard]] tree::Request request() const;
  void pass_over(Error error, const std::string& path);
  void give_place();
  [[nodiscard]] bool is_over() const { return stopping_ || broken_; }

  Parts parts_;
  account::Principal who_;
  tree::Space home_;
  Imported imported_;
  std::vector<Folder> left_;  // folders that are still to be looked at
  TaskGroup reading_;         // files on their way in
  std::size_t free_places_;
  std::coroutine_handle<> waiting_for_place_;
  std::optional<Error> broken_;  // what ended it for all
  std::atomic<bool> stopping_ = false;
};

}  // namespace cairn::app
