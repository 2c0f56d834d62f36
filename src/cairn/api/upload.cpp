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

net::Response put_response(const tree::SeenNode& seen) {
  auto response = node_response(seen.node.version_no == 1 ? 201 : 200, seen, tree::content_etag(seen.node));
  response.fields.emplace_back("Content-Location", "/api/v1/nodes/" + seen.node.id.text());
  return response;
}

// Takes the body in, then makes the change. `Change` is tree::PutFile or tree::PutVersion.
template <class Change>
Task<net::Response> put(const Call& call, Change change) {
  const auto modified_at = modified_at_of(call);
  auto beginning = call.services.tree.begin(call.turn, change, announced_size(call.request));
  const auto draft = co_await std::move(beginning);
  std::exception_ptr broken;
  try {
    co_await receive(call, *draft);
  } catch (...) {
    broken = std::current_exception();  // thrown again once nothing is left
  }
  if (broken) {
    co_await draft->discard();
    std::rethrow_exception(broken);
  }
  auto putting = call.services.tree.put(call.turn, *draft, std::move(change), modified_at);
  auto node = co_await std::move(putting);
  co_return put_response({.node = std::move(node), .role = draft->role()});
}

Failure nothing_to_match() {
  return Failure({ErrorCode::kPreconditionFailed, "There is no such file, so it is in no state to match.", "If-Match"});
}

Task<net::Response> put_new(const Call& call, tree::NodeId folder, tree::Name name, tree::OnConflict on_conflict) {
  auto change = tree::PutFile{
      .request = call.change(said_of(call.request)), .parent = folder, .name = std::move(name), .on_conflict = on_conflict};
  auto putting = put(call, std::move(change));
  auto response = co_await std::move(putting);
  co_return response;
}

// If-None-Match: *, only if there is nothing yet (RFC 9110 §13.1.2).
Task<net::Response> put_if_free(const Call& call, tree::NodeId folder, tree::Name name) {
  std::optional<Error> taken;
  std::optional<net::Response> response;
  try {
    auto putting = put_new(call, folder, std::move(name), tree::OnConflict::kFail);
    auto answer = co_await std::move(putting);
    response = std::move(answer);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kAlreadyExists) throw;
    taken = failure.error();
  }
  if (taken) throw Failure({ErrorCode::kPreconditionFailed, taken->message, "If-None-Match"});
  co_return *std::move(response);
}

}  // namespace

Task<net::Response> put_into(const Call& call, tree::NodeId folder, tree::Name name, tree::OnConflict on_conflict) {
  const auto unless = net::entity_tags(call.request, "if-none-match");
  if (unless && !unless->any)
    throw Failure({ErrorCode::kInvalidInput, "If-None-Match on a PUT is *: only if there is nothing yet.", "If-None-Match"});
  if (call.request.header("if-match")) {
    auto find = tree::FindChild{.who = call.who, .folder = folder, .name = name};
    const auto child = co_await call.read(find);
    if (!child) throw nothing_to_match();
    auto guarded = put_version(call, *child);
    auto response = co_await std::move(guarded);
    co_return response;
  }
  auto putting = unless ? put_if_free(call, folder, std::move(name)) : put_new(call, folder, std::move(name), on_conflict);
  auto response = co_await std::move(putting);
  co_return response;
}

Task<net::Response> repeat_put(const Call& call) {
  // Which folder and name these were does not matter: the operation remembers its answer, and looks at nothing else.
  auto again = put_new(call, {}, value_or_throw(tree::Name::check("-")), tree::OnConflict::kFail);
  auto response = co_await std::move(again);
  co_return response;
}

Task<net::Response> put_version(const Call& call, tree::NodeId file) {
  auto change =
      tree::PutVersion{.request = call.change(said_of(call.request)), .node = file, .if_version = wanted_version(call.request)};
  auto putting = put(call, std::move(change));
  auto response = co_await std::move(putting);
  co_return response;
}

// PUT /nodes/{id}/children/{name}?on_conflict=&modified_at=
Task<Response> put_child(const Call& call) {
  check_upload(call);
  auto name = value_or_throw(tree::Name::check(call.request.param("name")));
  const auto on_conflict = on_conflict_of(call.parameter("on_conflict"), tree::OnConflict::kFail);
  const bool done = co_await was_done(call, said_of(call.request));
  if (done) {
    auto again = co_await repeat_put(call);
    co_return again;
  }
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
