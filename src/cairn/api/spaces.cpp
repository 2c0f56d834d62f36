#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/tree/rights.h"
#include "cairn/tree/space.h"

namespace cairn::api {
namespace {

struct ListSpaces {
  account::Principal who;
  boost::json::array run(db::Snapshot& snapshot) const {
    boost::json::array items;
    for (const auto& space : tree::list_spaces(snapshot, who))
      items.push_back(to_json(space, tree::find_usage(snapshot, space.id)));
    return items;
  }
};

struct FindSpace {
  account::Principal who;
  tree::SpaceId space;
  boost::json::object run(db::Snapshot& snapshot) const {
    tree::require_scope(who, tree::Action::kRead);
    const auto found = tree::find_space(snapshot, space);
    if (!found || !tree::knows_space(snapshot, who, space)) throw Failure({ErrorCode::kNotFound, "There is no such space."});
    return to_json(*found, tree::find_usage(snapshot, space));
  }
};

}  // namespace

// GET /spaces
Task<Response> list_spaces(const Call& call) {
  auto list = ListSpaces{call.who};
  auto items = co_await call.read(list);
  co_return json_response(200, list_json(std::move(items), std::nullopt));
}

// GET /spaces/{id}
Task<Response> get_space(const Call& call) {
  const auto space = co_await space_named(call, call.request.param("id"));
  auto find = FindSpace{.who = call.who, .space = space};
  const auto object = co_await call.read(find);
  co_return json_response(200, object);
}

// GET /spaces/{id}/node?path=
Task<Response> find_by_path(const Call& call) {
  auto find =
      tree::FindByPath{.who = call.who, .space = space_in(call.request.param("id")), .path = call.parameter("path").value_or("")};
  const auto seen = co_await call.read(find);
  co_return node_response(200, seen);
}

}  // namespace cairn::api
