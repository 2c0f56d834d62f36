#include "cairn/tree/quota.h"

#include <fmt/format.h>

#include "cairn/base/error.h"
#include "cairn/base/mutant.h"

namespace cairn::tree {

Usage find_usage(db::Snapshot& snapshot, const SpaceId& space) {
  constexpr db::Sql kFind = "SELECT quota, used, reserved FROM space_usage WHERE space_id = ?";
  auto rows = snapshot.query(kFind, space);
  if (!rows.next()) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  return {.quota = rows.integer(0), .used = rows.integer(1), .reserved = rows.integer(2)};
}

void take_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes) {
  constexpr db::Sql kTake = "UPDATE space_usage SET used = used + ? WHERE space_id = ? AND used + reserved + ? <= quota";
  constexpr db::Sql kTakeBlindly = "UPDATE space_usage SET used = used + ? WHERE space_id = ? AND 0 <= ?";
  if (bytes == 0) return;
  // The mutant trusts whoever looked at the quota before the bytes came.
  if (tx.run(mutant("quota_read_then_write") ? kTakeBlindly : kTake, bytes, space, bytes) == 1) return;
  throw Failure(quota_error(find_usage(tx, space), bytes));
}

void give_back_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes) {
  constexpr db::Sql kGiveBack = "UPDATE space_usage SET used = used - ? WHERE space_id = ?";
  if (bytes != 0) tx.run(kGiveBack, bytes, space);
}

void reserve_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes) {
  constexpr db::Sql kReserve =
      "UPDATE space_usage SET reserved = reserved + ? WHERE space_id = ? AND used + reserved + ? <= quota";
  if (bytes == 0 || tx.run(kReserve, bytes, space, bytes) == 1) return;
  throw Failure(quota_error(find_usage(tx, space), bytes));
}

void release_quota(db::Transaction& tx, const SpaceId& space, std::int64_t bytes) {
  constexpr db::Sql kRelease = "UPDATE space_usage SET reserved = reserved - ? WHERE space_id = ?";
  if (bytes != 0) tx.run(kRelease, bytes, space);
}

std::vector<std::pair<SpaceId, std::int64_t>> list_reserved(db::Snapshot& snapshot) {
  constexpr db::Sql kList = "SELECT space_id, reserved FROM space_usage WHERE reserved <> 0";
  std::vector<std::pair<SpaceId, std::int64_t>> spaces;
  auto rows = snapshot.query(kList);
  while (rows.next()) spaces.emplace_back(rows.id<SpaceId>(0), rows.integer(1));
  return spaces;
}

Error quota_error(const Usage& usage, std::int64_t bytes) {
  return {ErrorCode::kQuotaExceeded,
          fmt::format("This takes {} bytes, and {} of the space's {} are free. Empty the trash, or delete former versions.",
                      bytes, std::max<std::int64_t>(usage.free(), 0), usage.quota)};
}

}  // namespace cairn::tree
