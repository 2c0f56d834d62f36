#include "cairn/api/folders.h"

#include <ranges>

#include "cairn/tree/create_folder.h"

namespace cairn::api {
namespace {

// The folder of that name in another one: what lies there, or a new one, whoever was faster.
Task<tree::NodeId> child_folder(const Call& call, tree::SpaceId space, tree::NodeId parent, tree::Name name) {
  auto change =
      tree::CreateFolder{.request = {.journal = &call.services.journal,
                                     .operation = ledger::Operation::once(call.services.clock.now(), call.who.person.uuid()),
                                     .who = call.who},
                         .space = space,
                         .parent = parent,
                         .name = name};
  std::optional<tree::NodeId> made;
  try {
    const auto folder = co_await call.write(change);
    made = folder.id;
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kAlreadyExists) throw;
  }
  if (made) co_return *made;
  auto find = tree::FindChild{.who = call.who, .folder = parent, .name = std::move(name)};
  const auto there = co_await call.read(find);
  if (!there) throw Failure({ErrorCode::kConflict, "The folder was there, and is gone again. Try once more."});
  co_return *there;
}

}  // namespace

Task<tree::NodeId> folder_below(const Call& call, tree::SpaceId space, tree::NodeId top, std::string path) {
  std::vector<tree::Name> names;  // what is wrong with one is told before any folder is made
  for (const auto part : std::views::split(path, '/'))
    if (!part.empty()) names.push_back(value_or_throw(tree::Name::check(std::string_view(part))));
  auto folder = top;
  for (auto& name : names) folder = co_await child_folder(call, space, folder, std::move(name));
  co_return folder;
}

}  // namespace cairn::api
