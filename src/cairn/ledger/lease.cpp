#include "cairn/ledger/lease.h"

namespace cairn::ledger {

std::optional<Fence> take_lease(db::Transaction& tx, std::string_view name, const Uuid& holder,
                                std::chrono::microseconds duration) {
  constexpr db::Sql kTake =
      "UPDATE lease SET fence = fence + CASE WHEN holder = ? THEN 0 ELSE 1 END, holder = ?, until = ?"
      " WHERE name = ? AND (holder = ? OR until <= ?)";
  constexpr db::Sql kAdd = "INSERT INTO lease (name, holder, fence, until) VALUES (?, ?, 1, ?) ON CONFLICT (name) DO NOTHING";
  constexpr db::Sql kFind = "SELECT fence FROM lease WHERE name = ? AND holder = ?";
  const auto now = tx.now();
  if (tx.run(kTake, holder, holder, now + duration, name, holder, now) == 0 && tx.run(kAdd, name, holder, now + duration) == 0)
    return std::nullopt;
  auto rows = tx.query(kFind, name, holder);
  if (!rows.next()) return std::nullopt;
  return Fence{rows.integer(0)};
}

bool holds_lease(db::Snapshot& snapshot, std::string_view name, Fence fence) {
  constexpr db::Sql kFind = "SELECT 1 FROM lease WHERE name = ? AND fence = ?";
  return snapshot.query(kFind, name, fence.number).next();
}

void give_back_lease(db::Transaction& tx, std::string_view name, Fence fence) {
  // The fence's number stays, so that the next holder's is higher; the zero id is nobody's.
  constexpr db::Sql kGiveBack = "UPDATE lease SET until = 0, holder = ? WHERE name = ? AND fence = ?";
  tx.run(kGiveBack, Uuid{}, name, fence.number);
}

}  // namespace cairn::ledger
