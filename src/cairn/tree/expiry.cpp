#include "cairn/tree/expiry.h"

#include <vector>

#include "cairn/tree/purge.h"

namespace cairn::tree {

std::size_t PurgeExpired::run(db::Transaction& tx) const {
  constexpr db::Sql kDue = "SELECT DISTINCT space_id FROM trash WHERE at <= ? LIMIT 100";
  const auto until = (tx.now() - keep).time_since_epoch().count();
  std::vector<SpaceId> spaces;
  {
    auto rows = tx.query(kDue, until);
    while (rows.next()) spaces.push_back(rows.id<SpaceId>(0));
  }
  for (const auto& space : spaces) PurgeJobs::enqueue_until(tx, space, until);
  return spaces.size();
}

}  // namespace cairn::tree
