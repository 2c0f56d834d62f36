#include "cairn/api/change.h"

#include "cairn/api/json_output.h"
#include "cairn/tree/purge.h"
#include "cairn/tree/trash.h"

namespace cairn::api {

Task<net::Response> purge(const Call& call, tree::NodeId node, Where where, std::optional<std::int64_t> if_rev) {
  auto change = tree::PurgeNode{.request = call.change(),
                                .limits = call.services.limits,
                                .node = node,
                                .if_rev = if_rev,
                                .only_from_trash = where == Where::kTrash};
  change.space = co_await space_of(call, node);
  const auto job = co_await call.write(change);
  co_return job ? accepted_response(*job) : no_content();
}

Task<net::Response> throw_away(const Call& call, tree::NodeId node, bool permanent, std::optional<std::int64_t> if_rev) {
  if (permanent) {
    auto response = co_await purge(call, node, Where::kAnywhere, if_rev);
    co_return response;
  }
  auto change = tree::TrashNode{.request = call.change(), .node = node, .if_rev = if_rev};
  change.space = co_await space_of(call, node);
  co_await call.write(change);
  co_return no_content();
}

}  // namespace cairn::api
