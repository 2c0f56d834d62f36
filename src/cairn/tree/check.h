#pragma once
#include "cairn/content/check.h"
#include "cairn/db/check.h"

namespace cairn::tree {

/// Spaces, nodes, versions, trash, grants and usage.
[[nodiscard]] std::vector<db::Check> checks();

/// Whether a holder of claims is a version: for content's checks.
[[nodiscard]] bool is_version(db::Snapshot& snapshot, const content::Holder& holder);

}  // namespace cairn::tree
