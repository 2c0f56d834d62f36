#pragma once
#include <cstddef>

#include "cairn/tree/rows.h"

namespace cairn::tree {

/// Removes a node for good, with all below it, as far as `budget` rows go, from the leaves upwards; true when it is gone. What
/// was removed is taken off the budget. Can be stopped and taken up again at any time: whatever is left is a smaller tree.
bool remove_for_good(db::Transaction& tx, const NodeId& top, std::size_t& budget);

/// The same of all that lies in a folder, which itself stays.
bool remove_children_for_good(db::Transaction& tx, const NodeId& folder, std::size_t& budget);

}  // namespace cairn::tree
