#include <boost/json/object.hpp>

#include "cairn/api/change.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/listing.h"
#include "cairn/tree/copy_node.h"
#include "cairn/tree/create_folder.h"
#include "cairn/tree/move_node.h"

namespace cairn::api {
namespace {

std::optional<tree::Name> name_in(JsonInput& input) {
  const auto text = input.optional_text("name");
  if (!text) return std::nullopt;
  return value_or_throw(tree::Name::check(*text));
}

// A copy with what its author may do with it, or the job that makes it.
struct SeenCopy {
  tree::CopyNode copy;

  [[nodiscard]] db::LaneKey lane() const { return copy.lane(); }
  std::variant<tree::SeenNode, ledger::JobId> run(db::Transaction& tx) const {
    const auto made = copy.run(tx);
    if (const auto* job = std::get_if<ledger::JobId>(&made)) return *job;
    const auto& node = std::get<tree::Node>(made);
    return tree::SeenNode{.node = node, .role = tree::role_on(tx, copy.request.who, node.id)};
  }
};

}  // namespace

// GET /nodes/{id}
Task<Response> get_node(const Call& call) {
  auto stat = tree::StatNode{.who = call.who, .node = call.id<tree::NodeId>()};
  const auto seen = co_await call.read(stat);
  // No 304: what somebody may do with it, and whether it lies in the trash, can change without it.
  co_return node_response(200, seen);
}

// GET /nodes/{id}/children
Task<Response> list_children(const Call& call) {
  auto list = wanted_listing(call);
  list.folder = call.id<tree::NodeId>();
  auto response = co_await list_folder(call, std::move(list));
  co_return response;
}

// POST /nodes/{id}/children {kind, name, on_conflict?}
Task<Response> create_child(const Call& call) {
  const auto parent = call.id<tree::NodeId>();
  auto input = co_await JsonInput::read(call);
  if (input.text("kind") != "folder")
    throw Failure({ErrorCode::kInvalidInput, "Only folders are made this way. A file is put: PUT …/children/{name}.", "kind"});
  auto name = name_in(input);
  if (!name) throw Failure({ErrorCode::kInvalidInput, "The field 'name' is missing.", "name"});
  const auto on_conflict = on_conflict_of(input.optional_text("on_conflict"), tree::OnConflict::kFail);
  input.finish();
  const auto space = co_await space_of(call, parent);
  auto change = SeenAfter<tree::CreateFolder>{{.request = call.change(input.as_sent()),
                                               .space = space,
                                               .parent = parent,
                                               .name = *std::move(name),
                                               .on_conflict = on_conflict}};
  const auto seen = co_await call.write(change);
  co_return node_response(201, seen);
}

// PATCH /nodes/{id} {name?, parent_id?, modified_at?, on_conflict?}
Task<Response> change_node(const Call& call) {
  const auto node = call.id<tree::NodeId>();
  auto input = co_await JsonInput::read(call);
  auto change = SeenAfter<tree::MoveNode>{{.request = call.change(input.as_sent()), .node = node}};
  change.change.name = name_in(input);
  change.change.parent = input.optional_id<tree::NodeId>("parent_id");
  change.change.modified_at = input.optional_time("modified_at");
  change.change.on_conflict = on_conflict_of(input.optional_text("on_conflict"), tree::OnConflict::kFail);
  change.change.if_rev = wanted_rev(call.request);
  input.finish();
  change.change.space = co_await space_of(call, node);
  const auto seen = co_await call.write(change);
  co_return node_response(200, seen);
}

// POST /nodes/{id}/copy {parent_id, name?, on_conflict?}
Task<Response> copy_node(const Call& call) {
  const auto node = call.id<tree::NodeId>();
  auto input = co_await JsonInput::read(call);
  auto change = SeenCopy{{.request = call.change(input.as_sent()),
                          .limits = call.services.limits,
                          .node = node,
                          .parent = input.id<tree::NodeId>("parent_id"),
                          .name = name_in(input)}};
  change.copy.on_conflict = on_conflict_of(input.optional_text("on_conflict"), tree::OnConflict::kFail);
  input.finish();
  change.copy.space = co_await space_of(call, node);
  const auto copied = co_await call.write(change);
  if (const auto* job = std::get_if<ledger::JobId>(&copied)) co_return accepted_response(*job);
  co_return node_response(201, std::get<tree::SeenNode>(copied));
}

// DELETE /nodes/{id}?permanent=
Task<Response> delete_node(const Call& call) {
  auto response = co_await throw_away(call, call.id<tree::NodeId>(), call.flag("permanent"), wanted_rev(call.request));
  co_return response;
}

}  // namespace cairn::api
