#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "cairn/db/transaction.h"
#include "cairn/tree/node.h"

namespace cairn::tree {

/// What a space may hold and holds, in bytes: every kept version counts, wherever its file lies, the trash included.
struct Usage {
  std::int64_t quota = 0;  ///< kUnlimited: none
  std::int64_t used = 0;
  std::int64_t reserved = 0;  ///< of uploads under way

  [[nodiscard]] std::int64_t free() const { return quota - used - reserved; }
};

[[nodiscard]] Usage find_usage(db::Snapshot& snapshot, const SpaceId& space);

/// Takes bytes of a space's quota by one guarded UPDATE, so that many at once cannot all be the last that fits. Throws
/// Failure(kQuotaExceeded).
void take_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes);

/// Gives bytes back that versions held which are gone.
void give_back_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes);

/// Keeps bytes free for an upload under way, by one guarded UPDATE as take_quota(), which takes them in its end. Throws
/// Failure(kQuotaExceeded).
void reserve_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes);
/// Gives back what was kept free; of a space that is gone nothing.
void release_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes);

/// Spaces that keep bytes free, with how many: for examinations.
[[nodiscard]] std::vector<std::pair<SpaceId, std::int64_t>> list_reserved(db::Snapshot& snapshot);

/// What is said when something does not fit.
[[nodiscard]] Error quota_error(const Usage& usage, std::int64_t bytes);

}  // namespace cairn::tree
