#include "cairn/api/upload.h"

#include "cairn/api/change.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/api/receive.h"
#include "cairn/net/conditions.h"

namespace cairn::api {
namespace {

std::optional<std::int64_t> announced_size(const net::Request& request) {
  const auto size = request.body->size();
  if (!size) return std::nullopt;
  if (*size > static_cast<std::uint64_t>(tree::kUnlimited))
    throw Failure({ErrorCode::kQuotaExceeded, "No space holds so many bytes.", "Content-Length"});
  return static_cast<std::int64_t>(*size);
}

// Takes the body in, then makes the change. `Change` is tree::PutFile or tree::PutVersion.
template <class Change>
Task<tree::Node> put(const Call& call, Change change, tree::NodeId target) {
  const auto modified_at = modified_at_of(call);
  auto beginning = call.services.tree.begin(call.turn, change.request, target, announced_size(call.request));
  const auto draft = co_await std::move(beginning);
  co_await receive(call, *draft);
  auto putting = call.services.tree.put(call.turn, *draft, std::move(change), modified_at);
  auto node = co_await std::move(putting);
  co_return node;
}

Task<net::Response> described(const Call& call, tree::Node node) {
  auto look = RoleOn{.who = call.who, .node = std::move(node)};
  const auto seen = co_await call.read(look);
  auto response = node_response(seen.node.version_no == 1 ? 201 : 200, seen);
  response.fields.emplace_back("Content-Location", "/api/v1/nodes/" + seen.node.id.text());
  co_return response;
}

}  // namespace

Task<net::Response> put_into(const Call& call, tree::NodeId folder, tree::Name name, tree::OnConflict on_conflict) {
  auto change = tree::PutFile{
      .request = call.change(said_of(call.request)), .parent = folder, .name = std::move(name), .on_conflict = on_conflict};
  auto putting = put(call, std::move(change), folder);
  auto node = co_await std::move(putting);
  auto response = co_await described(call, std::move(node));
  co_return response;
}

Task<net::Response> put_version(const Call& call, tree::NodeId file) {
  auto change =
      tree::PutVersion{.request = call.change(said_of(call.request)), .node = file, .if_version = wanted_version(call.request)};
  auto putting = put(call, std::move(change), file);
  auto node = co_await std::move(putting);
  auto response = co_await described(call, std::move(node));
  co_return response;
}

// PUT /nodes/{id}/children/{name}?on_conflict=&modified_at=
Task<Response> put_child(const Call& call) {
  check_upload(call);
  auto name = value_or_throw(tree::Name::check(call.request.param("name")));
  const auto on_conflict = on_conflict_of(call.parameter("on_conflict"), tree::OnConflict::kFail);
  auto response = co_await put_into(call, call.id<tree::NodeId>(), std::move(name), on_conflict);
  co_return response;
}

// PUT /nodes/{id}/content?modified_at=
Task<Response> put_content(const Call& call) {
  check_upload(call);
  auto response = co_await put_version(call, call.id<tree::NodeId>());
  co_return response;
}

}  // namespace cairn::api
