#pragma once
#include "cairn/db/check.h"
#include "cairn/ledger/journal.h"

namespace cairn::ledger {

/// The chains of all streams, and jobs that were given up. `journal` outlives them.
[[nodiscard]] std::vector<db::Check> checks(const Journal& journal);

}  // namespace cairn::ledger
