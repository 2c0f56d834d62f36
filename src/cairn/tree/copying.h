#pragma once
// How nodes are copied, for CopyNode and its job.

#include "cairn/tree/request.h"
#include "cairn/tree/rights.h"
#include "cairn/tree/version.h"

namespace cairn::tree {

/// Copies one node as `id`, without what lies below, into a folder of its space, which is authorized. Throws
/// Failure(kQuotaExceeded).
Node copy_one(db::Transaction& tx, const account::Principal& who, const Node& source, const NodeId& id, const Placement& to,
              const ledger::Stamp& stamp);

/// Copies children of a folder, after that key, at most `limit`; those that the principal may not read are left out.
struct CopiedChildren {
  struct Folder {
    NodeId source;
    NodeId target;
  };
  std::vector<Folder> folders;  ///< whose own children are still to be copied
  std::size_t copied = 0;
  std::size_t looked_at = 0;
  std::string after;  ///< the last key; empty when there are no more
};
CopiedChildren copy_children(db::Transaction& tx, const account::Principal& who, const Access& source, const NodeId& target,
                             NameRule rule, std::string_view after, std::size_t limit, const ledger::Stamp& stamp);

}  // namespace cairn::tree
