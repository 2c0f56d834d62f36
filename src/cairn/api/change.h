#pragma once
#include "cairn/api/call.h"
#include "cairn/tree/find_node.h"

namespace cairn::api {

/// A change of the tree that gives a node, with what its author may do with that node.
template <class Op>
struct SeenAfter {
  Op change;

  [[nodiscard]] db::LaneKey lane() const { return change.lane(); }
  tree::SeenNode run(db::Transaction& tx) const {
    auto node = change.run(tx);
    const auto role = tree::role_on(tx, change.request.who, node.id);
    return {.node = std::move(node), .role = role};
  }
};

/// Throws a node away, or with `permanent` removes it for good: 204, or 202 if a job does the rest.
[[nodiscard]] Task<net::Response> throw_away(const Call& call, tree::NodeId node, bool permanent,
                                             std::optional<std::int64_t> if_rev);

enum class Where { kAnywhere, kTrash };

/// Removes for good what lies in the trash, or elsewhere.
[[nodiscard]] Task<net::Response> purge(const Call& call, tree::NodeId node, Where where, std::optional<std::int64_t> if_rev);

}  // namespace cairn::api
