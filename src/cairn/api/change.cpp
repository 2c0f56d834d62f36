#include "cairn/api/change.h"

#include "cairn/api/json_output.h"
#include "cairn/tree/purge.h"
#include "cairn/tree/trash.h"

namespace cairn::api {
namespace {

// What a purge does not look at by itself: revision and place, in its transaction.
struct GuardedPurge {
  tree::PurgeNode purge;
  Where where;
  std::optional<std::int64_t> if_rev;

  [[nodiscard]] db::LaneKey lane() const { return purge.lane(); }
  std::optional<ledger::JobId> run(db::Transaction& tx) const {
    if ((if_rev || where == Where::kTrash) && !ledger::recall(tx, purge.request.operation)) {
      const auto access = tree::authorize(tx, purge.request.who, tree::Action::kRead, purge.node);
      if (where == Where::kTrash && !access.in_trash) throw Failure({ErrorCode::kNotFound, "This does not lie in the trash."});
      tree::require_rev(access.node, if_rev);
    }
    return purge.run(tx);
  }
};

}  // namespace

Task<net::Response> purge(const Call& call, tree::NodeId node, Where where, std::optional<std::int64_t> if_rev) {
  auto change = GuardedPurge{
      .purge = {.request = call.change(), .limits = call.services.limits, .node = node}, .where = where, .if_rev = if_rev};
  change.purge.space = co_await space_of(call, node);
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
