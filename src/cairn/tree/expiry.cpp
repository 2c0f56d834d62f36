#include "cairn/tree/expiry.h"

#include <utility>
#include <vector>

#include "cairn/ledger/job.h"
#include "cairn/tree/purge.h"

namespace cairn::tree {
namespace {

constexpr std::size_t kSpacesAtOnce = 100;

bool has_expired(db::Transaction& tx, const SpaceId& space, std::int64_t until) {
  constexpr db::Sql kAny = "SELECT 1 FROM trash WHERE space_id = ? AND at <= ? LIMIT 1";
  return tx.query(kAny, space, until).next();
}

}  // namespace

PurgeExpired::Answer PurgeExpired::run(db::Transaction& tx) const {
  constexpr db::Sql kSpaces = "SELECT id FROM space WHERE id > ? AND kind <> 2 ORDER BY id LIMIT ?";
  const auto until = (tx.now() - keep).time_since_epoch().count();
  std::vector<SpaceId> spaces;
  {
    auto rows = tx.query(kSpaces, after, kSpacesAtOnce);
    while (rows.next()) spaces.push_back(rows.id<SpaceId>(0));
  }
  Answer answer;
  for (const auto& space : spaces) {
    // Such a job is the space's own: it is named as its owner.
    if (!has_expired(tx, space, until) || ledger::has_open_job(tx, "tree.purge", space.uuid())) continue;
    PurgeJobs::enqueue_until(tx, space, until, account::PersonId(space.uuid()));
    ++answer.queued;
  }
  if (spaces.size() == kSpacesAtOnce) answer.last = spaces.back();
  return answer;
}

std::size_t PurgeLeftovers::run(db::Transaction& tx) const {
  constexpr db::Sql kHidden =
      "SELECT node.id, space.id FROM space JOIN node ON node.parent_id = space.trash_id"
      " WHERE NOT EXISTS (SELECT 1 FROM trash WHERE trash.node_id = node.id) LIMIT 100";
  for (const auto* kind : {"tree.purge", "tree.copy", "tree.remove_space"})
    if (ledger::has_open_job(tx, kind, std::nullopt)) return 0;
  std::vector<std::pair<NodeId, SpaceId>> hidden;
  {
    auto rows = tx.query(kHidden);
    while (rows.next()) hidden.emplace_back(rows.id<NodeId>(0), rows.id<SpaceId>(1));
  }
  for (const auto& [node, space] : hidden) PurgeJobs::enqueue(tx, space, node, {});
  return hidden.size();
}

}  // namespace cairn::tree
