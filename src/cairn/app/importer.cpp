#include "cairn/app/importer.h"

#include <algorithm>
#include <memory>
#include <ranges>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "cairn/account/person.h"
#include "cairn/tree/create_folder.h"
#include "cairn/tree/space.h"

namespace cairn::app {
namespace {

constexpr Turn kTurn{};
constexpr std::size_t kPieceBytes = 1u << 20;

struct HomeNamed {
  std::string name;

  struct Found {
    account::Person person;
    tree::Space home;
  };
  Found run(db::Snapshot& snapshot) const {
    auto person = account::require_person_by_name(snapshot, name);
    auto home = tree::require_home(snapshot, person.id);
    return {.person = std::move(person), .home = std::move(home)};
  }
};

struct ChildNamed {
  tree::NodeId folder;
  tree::Name name;
  tree::NameRule rule;
  std::optional<tree::Node> run(db::Snapshot& snapshot) const { return tree::find_child(snapshot, folder, name, rule); }
};

struct LookAtSource {
  Files* files;
  std::string directory;
  tree::NameRule rule;
  Result<SourceFolder> run() const { return look_at_source(*files, directory, rule); }
};

struct ReadPiece {
  File* file;
  std::uint64_t offset;
  std::span<std::byte> into;
  Result<std::size_t> run() const { return file->read_at(offset, into); }
};

struct OpenFile {
  Files* files;
  std::string path;
  Result<SourceFile> run() const { return open_source(*files, path); }
};

struct CheckRoom {
  Files* files;
  std::string store;
  std::uint64_t size;
  Result<void> run() const { return check_room(*files, store, size); }
};

struct CheckUnchanged {
  const SourceFile* source;
  Result<void> run() const { return check_unchanged(*source); }
};

// True for what is the matter with one file alone: the others are taken in all the same. What would mean that others write here
// meanwhile, or that something is gone, is not.
bool concerns_one(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kQuotaExceeded: return true;
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kLocked:
    case ErrorCode::kGone:
    case ErrorCode::kUnsupportedMedia:
    case ErrorCode::kChecksumMismatch:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kDenied:
    case ErrorCode::kReusedKey:
    case ErrorCode::kTooManyAttempts:
    case ErrorCode::kTooManyUploads:
    case ErrorCode::kRangeNotSatisfiable:
    case ErrorCode::kNoSpace:
    case ErrorCode::kUnavailable:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return false;
  }
  std::unreachable();
}

}  // namespace

// Waits until a file less than `parallel` is on its way in.
class Importer::Place {
 public:
  explicit Place(Importer& importer) : importer_(importer) {}
  [[nodiscard]] bool await_ready() const noexcept { return importer_.free_places_ > 0; }
  void await_suspend(std::coroutine_handle<> waiting) const noexcept { importer_.waiting_for_place_ = waiting; }
  void await_resume() const noexcept { importer_.free_places_ -= 1; }

 private:
  Importer& importer_;
};

void Importer::give_place() {
  free_places_ += 1;
  if (waiting_for_place_) resume_at(Executor::current(), std::exchange(waiting_for_place_, nullptr));
}

Task<> Importer::run(std::string source, std::string user, std::string into) {
  co_await find_home(std::move(user));
  const auto target = co_await find_target(std::move(into));
  left_.push_back({.source = std::move(source), .target = target});
  try {
    co_await walk();
  } catch (const Failure& failure) {
    if (!broken_) broken_ = failure.error();
  }
  co_await reading_.join();
  if (broken_) throw Failure(*broken_);
}

Task<> Importer::find_home(std::string user) {
  auto find = HomeNamed{std::move(user)};
  auto found = co_await parts_.database.read(kTurn, find);
  home_ = std::move(found.home);
  who_ = {.person = found.person.id,
          .credential = {},
          .subjects = {found.person.id.uuid()},
          .scopes = account::Scopes::all(),
          .name = found.person.name};
}

Task<tree::NodeId> Importer::find_target(std::string into) {
  std::vector<tree::Name> names;  // as FindByPath reads them: slashes at the ends and twice in a row mean nothing
  for (const auto part : std::views::split(into, '/'))
    if (!part.empty()) names.push_back(value_or_throw(tree::Name::check(std::string_view(part))));
  auto target = home_.root;
  for (const auto& name : names) {
    const auto folder = co_await folder_at(target, name);
    if (!folder) throw Failure({ErrorCode::kInvalidInput, fmt::format("{} is a file there, not a folder.", name.text()), "into"});
    target = *folder;
  }
  co_return target;
}

// The folder of that name, made if it is missing; nothing if a file has the name.
Task<std::optional<tree::NodeId>> Importer::folder_at(tree::NodeId parent, tree::Name name) {
  auto find = ChildNamed{.folder = parent, .name = name, .rule = home_.name_rule};
  const auto there = co_await parts_.database.read(kTurn, find);
  if (there) co_return there->is_folder() ? std::optional(there->id) : std::nullopt;
  auto create = tree::CreateFolder{.request = request(), .space = home_.id, .parent = parent, .name = std::move(name)};
  const auto made = co_await parts_.database.write(kTurn, std::move(create));
  imported_.folders += 1;
  co_return made.id;
}

Task<> Importer::walk() {
  while (!left_.empty() && !is_over()) {
    auto folder = std::move(left_.back());
    left_.pop_back();
    co_await import_folder(std::move(folder));
  }
}

Task<> Importer::import_folder(Folder folder) {
  auto look = LookAtSource{.files = &parts_.files, .directory = folder.source, .rule = home_.name_rule};
  auto found = co_await parts_.disk.run(kTurn, std::move(look));
  if (!found) {
    pass_over(found.error(), folder.source);
    co_return;
  }
  for (auto& error : found->passed_over) {
    const auto path = error.subject;
    pass_over(std::move(error), path);
  }
  for (auto& entry : found->files) {
    co_await Place(*this);
    if (is_over()) co_return;
    reading_.spawn(import_file(folder.target, std::move(entry)));
  }
  for (auto& entry : found->folders) {
    if (is_over()) co_return;
    std::optional<Error> refused;
    try {
      const auto target = co_await folder_at(folder.target, entry.name);
      if (target) {
        left_.push_back({.source = entry.path, .target = *target});
      } else {
        refused = Error{ErrorCode::kAlreadyExists, "a file has this name here."};
      }
    } catch (const Failure& failure) {
      if (!concerns_one(failure.error().code)) throw;
      refused = failure.error();
    }
    if (refused) pass_over(*std::move(refused), entry.path);
  }
}

Task<> Importer::import_file(tree::NodeId parent, SourceEntry entry) {
  try {
    co_await take_in(parent, entry);
  } catch (const Failure& failure) {
    if (concerns_one(failure.error().code)) {
      pass_over(failure.error(), entry.path);
    } else if (!broken_) {
      broken_ = failure.error();
    }
  }
  give_place();
}

Task<> Importer::take_in(tree::NodeId parent, const SourceEntry& entry) {
  auto open = OpenFile{.files = &parts_.files, .path = entry.path};
  const auto source = co_await parts_.disk.run(kTurn, std::move(open));
  if (!source) {
    pass_over(source.error(), entry.path);
    co_return;
  }
  auto on_conflict = tree::OnConflict::kFail;
  const bool wanted = co_await is_wanted(parent, entry, *source, on_conflict);
  if (!wanted) co_return;
  auto check = CheckRoom{.files = &parts_.files, .store = parts_.store, .size = source->size};
  const auto room = co_await parts_.disk.run(kTurn, std::move(check));
  if (!room) {
    pass_over(room.error(), entry.path);
    co_return;
  }
  auto put = tree::PutFile{.request = request(), .parent = parent, .name = entry.name, .on_conflict = on_conflict};
  auto beginning = parts_.tree.begin(kTurn, put, static_cast<std::int64_t>(source->size));
  const auto draft = co_await std::move(beginning);
  const auto copied = co_await copy(*source, *draft);
  if (!copied || is_over()) {
    co_await draft->discard();
    if (!copied) pass_over(copied.error(), entry.path);
    co_return;
  }
  auto putting = parts_.tree.put(kTurn, *draft, std::move(put), source->modified_at);
  co_await std::move(putting);
  imported_.files += 1;
  parts_.tell(imported_);
}

// False if it is there already, or nothing can be done about what is.
Task<bool> Importer::is_wanted(tree::NodeId parent, const SourceEntry& entry, const SourceFile& source,
                               tree::OnConflict& on_conflict) {
  auto find = ChildNamed{.folder = parent, .name = entry.name, .rule = home_.name_rule};
  const auto there = co_await parts_.database.read(kTurn, find);
  if (!there) co_return true;
  if (there->is_folder()) {
    pass_over({ErrorCode::kAlreadyExists, "a folder has this name here."}, entry.path);
    co_return false;
  }
  if (there->name != entry.name.text()) {
    pass_over({ErrorCode::kAlreadyExists, fmt::format("there is {} here, which is the same name.", there->name)}, entry.path);
    co_return false;
  }
  const bool as_long = static_cast<std::uint64_t>(there->size) == source.size;
  if (as_long && there->modified_at == source.modified_at) {
    imported_.there += 1;
    parts_.tell(imported_);
    co_return false;
  }
  if (source.modified_at <= there->modified_at) {
    pass_over({ErrorCode::kAlreadyExists, "another file of this name is here, and not older."}, entry.path);
    co_return false;
  }
  on_conflict = tree::OnConflict::kReplace;
  co_return true;
}

// Reads the file into the draft. An error is the file's; what the draft throws is not.
Task<Result<void>> Importer::copy(const SourceFile& source, tree::FileDraft& draft) {
  const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(source.size, kPieceBytes));
  const auto piece = std::make_unique_for_overwrite<std::byte[]>(room);
  for (std::uint64_t at = 0; at < source.size;) {
    if (is_over()) co_return Result<void>{};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(source.size - at, room));
    auto read = ReadPiece{.file = source.file.get(), .offset = at, .into = {piece.get(), wanted}};
    const auto got = co_await parts_.disk.run(kTurn, read);
    if (!got) co_return failure(got);
    if (*got == 0) break;  // it has become shorter
    co_await draft.write({piece.get(), *got});
    at += *got;
    imported_.bytes += static_cast<std::int64_t>(*got);
    parts_.tell(imported_);
  }
  auto check = CheckUnchanged{&source};
  const auto unchanged = co_await parts_.disk.run(kTurn, check);
  co_return unchanged;
}

tree::Request Importer::request() const {
  return {.journal = &parts_.journal, .operation = ledger::Operation::once(parts_.clock.now(), who_.person.uuid()), .who = who_};
}

void Importer::pass_over(Error error, const std::string& path) {
  error.subject = path;
  imported_.passed_over += 1;
  parts_.passed_over(error);
}

}  // namespace cairn::app
