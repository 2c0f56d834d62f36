#include "cairn/app/exporter.h"

#include <memory>
#include <span>

#include "cairn/tree/space.h"
#include "cairn/tree/version.h"

namespace cairn::app {
namespace {

constexpr Turn kTurn{};
constexpr std::size_t kPageRows = 500;
constexpr std::size_t kPieceBytes = 1u << 20;
// No login name begins with a dot.
constexpr std::string_view kIncomplete = "/.incomplete";
constexpr std::string_view kIncompleteText =
    "This export did not run to its end: files are missing, and the last one may be cut.\n";

struct PeopleAfter {
  std::string after;
  std::vector<account::Person> run(db::Snapshot& snapshot) const { return account::list_people(snapshot, after, kPageRows); }
};

struct PersonNamed {
  std::string name;
  account::Person run(db::Snapshot& snapshot) const { return account::require_person_by_name(snapshot, name); }
};

struct HomeOf {
  account::PersonId person;
  tree::Space run(db::Snapshot& snapshot) const { return tree::require_home(snapshot, person); }
};

struct ChildrenOf {
  tree::NodeId folder;
  std::string after;
  std::vector<tree::KeyedNode> run(db::Snapshot& snapshot) const {
    return tree::children_by_key(snapshot, folder, after, kPageRows);
  }
};

// The blob that a file holds; none if it has no bytes.
struct BlobOf {
  tree::VersionId version;
  std::optional<content::BlobId> run(db::Snapshot& snapshot) const {
    const auto found = tree::find_version(snapshot, version);
    if (!found) throw Failure({ErrorCode::kCorrupt, "The version that the file holds is not there."});
    return found->blob;
  }
};

}  // namespace

Task<> Exporter::run(const std::string& target, const std::string& only) {
  auto people = co_await first_people(only);
  const auto mark = target + std::string(kIncomplete);
  value_or_throw(create_whole(parts_.files, mark, std::as_bytes(std::span(kIncompleteText))));
  while (!people.empty()) {
    for (const auto& person : people) co_await export_home(person, target);
    if (!only.empty()) break;
    auto next = PeopleAfter{people.back().name};
    people = co_await parts_.database.read(kTurn, next);
  }
  value_or_throw(parts_.files.remove(mark));
  value_or_throw(parts_.files.sync_directory(target));
}

Task<std::vector<account::Person>> Exporter::first_people(const std::string& only) {
  std::vector<account::Person> people;
  if (only.empty()) {
    auto list = PeopleAfter{};
    people = co_await parts_.database.read(kTurn, list);
  } else {
    auto find = PersonNamed{only};
    people.push_back(co_await parts_.database.read(kTurn, find));
  }
  co_return people;
}

// Login names have no slash and do not begin with a dot.
Task<> Exporter::export_home(const account::Person& person, const std::string& target) {
  const auto path = target + "/" + person.name;
  try {
    auto find = HomeOf{person.id};
    const auto home = co_await parts_.database.read(kTurn, find);
    if (make_folder(path)) left_.push_back({.id = home.root, .path = path});
  } catch (const Failure& failure) {
    pass_over(failure.error(), path);
  }
  while (!left_.empty()) {
    const auto folder = std::move(left_.back());
    left_.pop_back();
    try {
      co_await export_children(folder);
    } catch (const Failure& failure) {
      pass_over(failure.error(), folder.path);
    }
  }
}

Task<> Exporter::export_children(const Folder& folder) {
  auto list = ChildrenOf{.folder = folder.id, .after = {}};
  for (;;) {
    const auto children = co_await parts_.database.read(kTurn, list);
    for (const auto& [node, key] : children) {
      const auto path = folder.path + "/" + node.name;
      if (!node.is_folder()) {
        co_await export_file(node, path);
      } else if (make_folder(path)) {
        exported_.folders += 1;
        left_.push_back({.id = node.id, .path = path});
      }
      parts_.tell(exported_);
    }
    if (children.size() < kPageRows) break;
    list.after = children.back().key;
  }
  value_or_throw(parts_.files.sync_directory(folder.path));
}

Task<> Exporter::export_file(const tree::Node& node, const std::string& path) {
  std::optional<Error> failed;
  std::unique_ptr<File> file;
  try {
    file = value_or_throw(parts_.files.open(path, OpenMode::kCreate));
    co_await copy_bytes(node, *file);
    value_or_throw(file->set_modified_at(node.modified_at));
    value_or_throw(file->sync());
  } catch (const Failure& failure) {
    failed = failure.error();
  }
  if (!failed) {
    exported_.files += 1;
    exported_.bytes += node.size;
    co_return;
  }
  // Half a file would look like a whole one.
  const bool was_made = file != nullptr;
  file.reset();
  if (was_made) (void)parts_.files.remove(path);
  pass_over(*std::move(failed), path);
}

Task<> Exporter::copy_bytes(const tree::Node& node, File& file) {
  auto find = BlobOf{node.version.value()};
  const auto blob = co_await parts_.database.read(kTurn, find);
  if (!blob) co_return;
  auto opening = parts_.content.open(kTurn, *blob, std::nullopt);
  auto opened = co_await std::move(opening);
  const auto reader = value_or_throw(std::move(opened));
  const auto piece = std::make_unique_for_overwrite<std::byte[]>(kPieceBytes);
  for (std::uint64_t at = 0;;) {
    const auto got = co_await reader->read({piece.get(), kPieceBytes});
    if (got == 0) break;
    value_or_throw(file.write_at(at, {piece.get(), got}));
    at += got;
  }
}

bool Exporter::make_folder(const std::string& path) {
  const auto made = parts_.files.make_directory(path);
  if (made) return true;
  pass_over(made.error(), path);
  return false;
}

void Exporter::pass_over(Error error, const std::string& path) {
  if (error.code == ErrorCode::kNoSpace) throw Failure(std::move(error));  // it would befall every file
  error.subject = path;
  exported_.failed.push_back(std::move(error));
}

}  // namespace cairn::app
