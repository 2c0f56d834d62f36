#include "cairn/api/change.h"
#include "cairn/api/folders.h"
#include "cairn/api/handlers.h"
#include "cairn/api/listing.h"
#include "cairn/api/receive.h"
#include "cairn/api/send.h"
#include "cairn/api/upload.h"
#include "cairn/net/conditions.h"

namespace cairn::api {
namespace {

using Space = std::optional<tree::SpaceId>;  // none: the person's own

Task<tree::SeenNode> find(const Call& call, Space space, std::string path) {
  auto look = tree::FindByPath{.who = call.who, .space = space, .path = std::move(path)};
  auto seen = co_await call.read(look);
  co_return seen;
}

Task<std::optional<tree::SeenNode>> find_if_there(const Call& call, Space space, std::string path) {
  std::optional<tree::SeenNode> found;
  try {
    auto seen = co_await find(call, space, std::move(path));
    found = std::move(seen);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kNotFound) throw;
  }
  co_return found;
}

// The deepest folder on the way to a path that is there and may be seen, and what is missing below it.
struct Beginning {
  tree::NodeId folder;
  tree::SpaceId space;
  std::size_t length = 0;  // of the path that leads to it
};
Task<Beginning> deepest_folder(const Call& call, Space space, const std::string& path) {
  for (auto end = path.size();;) {
    const auto there = co_await find_if_there(call, space, path.substr(0, end));
    if (there) co_return Beginning{.folder = there->node.id, .space = there->node.space, .length = end};
    if (end == 0) throw Failure({ErrorCode::kNotFound, "There is no such space."});
    const auto slash = path.rfind('/', end - 1);
    end = slash == std::string::npos ? 0 : slash;
  }
}

// The folder at a path; with `make`, what is missing of it is made.
Task<tree::NodeId> folder_at(const Call& call, Space space, std::string path, bool make) {
  const auto deepest = co_await deepest_folder(call, space, path);
  if (deepest.length < path.size() && !make)
    throw Failure({ErrorCode::kNotFound, "There is no such folder. With parents=true it is made.", "path"});
  const auto folder = co_await folder_below(call, deepest.space, deepest.folder, path.substr(deepest.length));
  co_return folder;
}

// The revision that If-Match demands of what was found: by its own tag, or by that of its content.
std::optional<std::int64_t> wanted_rev_of(const Call& call, const tree::Node& node) {
  const auto tags = net::entity_tags(call.request, "if-match");
  const bool by_content = tags && tags->strong.size() == 1 && tags->strong.front() == tree::content_etag(node);
  return by_content ? node.rev : wanted_rev(call.request);
}

}  // namespace

// GET /files/{space}/{path}
Task<Response> get_file(const Call& call) {
  auto list = wanted_listing(call);  // what is wrong with a parameter is told whatever lies there
  (void)wants_inline(call);
  const auto space = space_in(call.request.param("space"));
  auto opening = call.services.tree.open(call.turn, call.who, space, call.request.param("path"), version_in(call));
  auto found = co_await std::move(opening);
  if (const auto* folder = std::get_if<tree::NodeId>(&found)) {
    list.folder = *folder;
    auto listed = co_await list_folder(call, std::move(list));
    co_return listed;
  }
  co_return send_content(call, std::get<tree::ContentHandle>(std::move(found)));
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
  const auto on_conflict = on_conflict_of(call.parameter("on_conflict"), tree::OnConflict::kReplace);
  const bool done = co_await was_done(call, said_of(call.request));
  if (done) {
    auto again = co_await repeat_put(call);
    co_return again;
  }
  const auto space = space_in(call.request.param("space"));
  const auto folder =
      co_await folder_at(call, space, slash == std::string::npos ? std::string() : path.substr(0, slash), parents);
  auto response = co_await put_into(call, folder, std::move(checked), on_conflict);
  co_return response;
}

// DELETE /files/{space}/{path}?permanent=
Task<Response> delete_file(const Call& call) {
  const auto space = space_in(call.request.param("space"));
  const bool permanent = call.flag("permanent");
  const bool done = co_await was_done(call, "");
  if (done) {  // the operation remembers; what it was done to is gone
    auto again = co_await throw_away(call, {}, permanent, {});
    co_return again;
  }
  const auto seen = co_await find(call, space, call.request.param("path"));
  auto response = co_await throw_away(call, seen.node.id, permanent, wanted_rev_of(call, seen.node));
  co_return response;
}

}  // namespace cairn::api
