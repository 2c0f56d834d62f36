#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "cairn/base/id.h"
#include "cairn/db/transaction.h"

namespace cairn::ledger {

/// Shows who holds a lease: each holder's number is higher than those of all before. A step that was written under a fence that
/// has passed on is refused.
struct Fence {
  std::int64_t number = 0;
};

/// Takes the lease of that name for a while, or prolongs it if `holder` has it; nothing if somebody else has it.
[[nodiscard]] std::optional<Fence> take_lease(db::Transaction& tx, std::string_view name, const Uuid& holder,
                                              std::chrono::microseconds duration);

/// True while that fence is the lease's last, whether its time has run out or not: nobody else has taken it since.
[[nodiscard]] bool holds_lease(db::Snapshot& snapshot, std::string_view name, Fence fence);

/// Gives it back before its time.
void give_back_lease(db::Transaction& tx, std::string_view name, Fence fence);

}  // namespace cairn::ledger
