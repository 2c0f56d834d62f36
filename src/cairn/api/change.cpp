#include "cairn/api/change.h"

#include "cairn/api/json_output.h"
#include "cairn/tree/purge.h"
#include "cairn/tree/trash.h"

namespace cairn::api {
namespace {

// A purge looks at no revision by itself: what If-Match demands is looked at in its transaction.
struct GuardedPurge {
  tree::PurgeNode purge;
  std::optional<std::int64_t> if_rev;

  [[nodiscard]] db::LaneKey lane() const { return purge.lane(); }
  std::optional<ledger::JobId> run(db::Transaction& tx) const {
    if (if_rev && !ledger::recall(tx, purge.request.operation)) {
      const auto access = tree::authorize(tx, purge.request.who, tree::Action::kRead, purge.node);
      tree::require_rev(access.node, if_rev);
    }
    return purge.run(tx);
  }
};

}  // namespace

Task<net::Response> purge(const Call& call, tree::NodeId node) {
  auto change = GuardedPurge{.purge = {.request = call.change(), .limits = call.services.limits, .node = node},
                             .if_rev = wanted_rev(call.request)};
  change.purge.space = co_await space_of(call, node);
  const auto job = co_await call.write(change);
  co_return job ? accepted_response(*job) : no_content();
}

Task<net::Response> throw_away(const Call& call, tree::NodeId node, bool permanent) {
  if (permanent) {
    auto response = co_await purge(call, node);
    co_return response;
  }
  auto change = tree::TrashNode{.request = call.change(), .node = node, .if_rev = wanted_rev(call.request)};
  change.space = co_await space_of(call, node);
  co_await call.write(change);
  co_return no_content();
}

}  // namespace cairn::api
