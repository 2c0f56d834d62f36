#include "cairn/api/change.h"
#include "cairn/api/handlers.h"
#include "cairn/api/listing.h"
#include "cairn/api/receive.h"
#include "cairn/api/send.h"
#include "cairn/api/upload.h"
#include "cairn/net/conditions.h"
#include "cairn/tree/create_folder.h"

namespace cairn::api {
namespace {

Task<tree::SeenNode> find(const Call& call, tree::SpaceId space, std::string path) {
  auto look = tree::FindByPath{.who = call.who, .space = space, .path = std::move(path)};
  auto seen = co_await call.read(look);
  co_return seen;
}

Task<std::optional<tree::SeenNode>> find_if_there(const Call& call, tree::SpaceId space, std::string path) {
  std::optional<tree::SeenNode> found;
  try {
    auto seen = co_await find(call, space, std::move(path));
    found = std::move(seen);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kNotFound) throw;
  }
  co_return found;
}

// Makes one folder, unless somebody else was faster.
Task<tree::NodeId> make_folder(const Call& call, tree::SpaceId space, tree::NodeId parent, std::string_view name,
                               const std::string& path) {
  auto change =
      tree::CreateFolder{.request = {.journal = &call.services.journal,
                                     .operation = ledger::Operation::once(call.services.clock.now(), call.who.person.uuid()),
                                     .who = call.who},
                         .space = space,
                         .parent = parent,
                         .name = value_or_throw(tree::Name::check(name))};
  std::optional<tree::NodeId> made;
  try {
    const auto folder = co_await call.write(change);
    made = folder.id;
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kAlreadyExists) throw;
  }
  if (made) co_return *made;
  const auto seen = co_await find(call, space, path);
  co_return seen.node.id;
}

// The folder at a path; with `make`, what is missing of it is made.
Task<tree::NodeId> folder_at(const Call& call, tree::SpaceId space, std::string path, bool make) {
  const auto found = co_await find_if_there(call, space, path);
  if (found) co_return found->node.id;
  if (!make) throw Failure({ErrorCode::kNotFound, "There is no such folder. With parents=true it is made.", "path"});
  const auto root = co_await find(call, space, "");
  auto folder = root.node.id;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto upto = path.substr(0, end);
    if (end > begin) {
      const auto there = co_await find_if_there(call, space, upto);
      if (there) {
        folder = there->node.id;
      } else {
        folder = co_await make_folder(call, space, folder, std::string_view(path).substr(begin, end - begin), upto);
      }
    }
    begin = end + 1;
  }
  co_return folder;
}

}  // namespace

// GET /files/{space}/{path}
Task<Response> get_file(const Call& call) {
  auto list = wanted_listing(call);  // what is wrong with a parameter is told whatever lies there
  (void)wants_inline(call);
  const auto space = co_await space_named(call, call.request.param("space"));
  const auto seen = co_await find(call, space, call.request.param("path"));
  list.folder = seen.node.id;
  auto answering = seen.node.is_folder() ? list_folder(call, std::move(list)) : send_content(call, seen.node.id);
  auto response = co_await std::move(answering);
  co_return response;
}

// PUT /files/{space}/{path}?on_conflict=&modified_at=&parents=
Task<Response> put_file(const Call& call) {
  const auto& path = call.request.param("path");
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty()) {
    throw Failure({ErrorCode::kInvalidInput,
                   "The address ends with a slash: name the file behind it (curl -T does so by itself).", "path"});
  }
  auto checked = value_or_throw(tree::Name::check(name));
  const auto parents = call.flag("parents");
  check_upload(call);
  const auto space = co_await space_named(call, call.request.param("space"));
  auto on_conflict = on_conflict_of(call.parameter("on_conflict"), tree::OnConflict::kReplace);
  if (call.request.header("if-match")) {  // what is guarded must be there
    const auto there = co_await find_if_there(call, space, path);
    if (!there)
      throw Failure({ErrorCode::kPreconditionFailed, "There is no such file, so it is in no state to match.", "If-Match"});
    auto response = co_await put_version(call, there->node.id);
    co_return response;
  }
  if (const auto unless = net::entity_tags(call.request, "if-none-match")) {
    if (!unless->any)
      throw Failure({ErrorCode::kInvalidInput, "If-None-Match on a PUT is *: only if there is nothing yet.", "If-None-Match"});
    on_conflict = tree::OnConflict::kFail;
  }
  const auto folder =
      co_await folder_at(call, space, slash == std::string::npos ? std::string() : path.substr(0, slash), parents);
  auto response = co_await put_into(call, folder, std::move(checked), on_conflict);
  co_return response;
}

// DELETE /files/{space}/{path}?permanent=
Task<Response> delete_file(const Call& call) {
  const auto space = co_await space_named(call, call.request.param("space"));
  const auto seen = co_await find(call, space, call.request.param("path"));
  auto response = co_await throw_away(call, seen.node.id, call.flag("permanent"));
  co_return response;
}

}  // namespace cairn::api
