#include "cairn/tree/space_removal.h"

#include <limits>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/content/ended_scopes.h"
#include "cairn/tree/grants.h"
#include "cairn/tree/quota.h"
#include "cairn/tree/removal.h"

namespace cairn::tree {
namespace {

namespace json = boost::json;

constexpr std::string_view kKind = "tree.remove_space";

ledger::JobId enqueue(db::Transaction& tx, const SpaceId& space, const Uuid& owner) {
  return ledger::enqueue(tx, {.kind = kKind, .owner = owner, .payload = json::serialize(json::object{{"space", space.text()}})});
}

SpaceId space_of(const ledger::Job& job) {
  const auto value = json::parse(job.payload);
  return SpaceId::parse(value.as_object().at("space").as_string()).value();
}

// A space on its way out, which find_space() does not show.
struct Leaving {
  SpaceId id;
  account::PersonId owner;
  NodeId root;
  NodeId trash;
};

std::optional<Leaving> find_leaving(db::Transaction& tx, const SpaceId& id) {
  constexpr db::Sql kFind = "SELECT owner_id, root_id, trash_id FROM space WHERE id = ? AND kind = 2";
  auto rows = tx.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return Leaving{.id = id, .owner = rows.id<account::PersonId>(0), .root = rows.id<NodeId>(1), .trash = rows.id<NodeId>(2)};
}

// What the owner was granted anywhere, as far as the budget goes; true if nothing is left.
bool remove_grants_of(db::Transaction& tx, const account::PersonId& owner, std::size_t& budget) {
  constexpr db::Sql kFind = "SELECT node_id FROM access_grant WHERE subject_id = ? LIMIT ?";
  std::vector<NodeId> nodes;
  {
    auto rows = tx.query(kFind, owner, budget);
    while (rows.next()) nodes.push_back(rows.id<NodeId>(0));
  }
  for (const auto& node : nodes) remove_grant(tx, node, owner.uuid());
  budget -= nodes.size();
  return budget > 0;
}

// Notes of what was thrown away, which do not outlive it.
bool remove_trash_notes(db::Transaction& tx, const SpaceId& space, std::size_t& budget) {
  constexpr db::Sql kRemove = "DELETE FROM trash WHERE node_id IN (SELECT node_id FROM trash WHERE space_id = ? LIMIT ?)";
  budget -= static_cast<std::size_t>(tx.run(kRemove, space, budget));
  return budget > 0;
}

// The last step, when nothing lies in it any more: a few rows, all at once.
void remove_empty(db::Transaction& tx, const Leaving& space) {
  constexpr db::Sql kUsage = "DELETE FROM space_usage WHERE space_id = ?";
  constexpr db::Sql kSpace = "DELETE FROM space WHERE id = ?";
  for (const auto& node : {space.root, space.trash}) {
    auto rows = std::numeric_limits<std::size_t>::max();
    remove_for_good(tx, node, rows);
  }
  tx.run(kUsage, space.id);
  tx.run(kSpace, space.id);
  content::end_scope(tx, space.id.uuid());
}

std::string progress_of(std::int64_t left_bytes) { return json::serialize(json::object{{"left_bytes", left_bytes}}); }

}  // namespace

ledger::JobId begin_removal(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                            const ledger::Author& author, const Space& space) {
  constexpr db::Sql kSpace = "UPDATE space SET kind = 2 WHERE id = ?";
  constexpr db::Sql kRoots = "UPDATE node SET flags = flags | ?, rev = ? WHERE id IN (?, ?)";
  const auto stamp = journal.append(tx, space.stream(), operation, author,
                                    {.kind = "space.removed",
                                     .subject = space.id.uuid(),
                                     .path_before = {},
                                     .path_after = {},
                                     .detail = detail_of({{"owner", space.owner.text()}, {"name", space.name}})});
  tx.run(kSpace, space.id);
  tx.run(kRoots, kIsGone, stamp.seq, space.root, space.trash);
  return enqueue(tx, space.id, author.actor);
}

db::LaneKey SpaceRemovalJobs::lane(const ledger::Job& job) const { return lane_of(space_of(job)); }

ledger::JobStep SpaceRemovalJobs::step(db::Transaction& tx, const ledger::Job& job) const {
  const auto space = find_leaving(tx, space_of(job));
  if (!space) return {.done = true, .progress = progress_of(0)};  // another job of the same space was faster
  auto budget = limits_.step_rows;
  const bool empty = remove_grants_of(tx, space->owner, budget) && remove_trash_notes(tx, space->id, budget) &&
                     remove_children_for_good(tx, space->trash, budget) && remove_children_for_good(tx, space->root, budget);
  if (!empty) return {.done = false, .progress = progress_of(find_usage(tx, space->id).used)};
  remove_empty(tx, *space);
  return {.done = true, .progress = progress_of(0)};
}

void SpaceRemovalJobs::abandon(db::Transaction& tx, const ledger::Job& job) const {
  // Not after a failure: the same would fail again, and tidying up tries it later.
  if (job.cancelled) enqueue(tx, space_of(job), job.owner);
}

std::size_t RemoveLeftSpaces::run(db::Transaction& tx) const {
  constexpr db::Sql kFind = "SELECT id FROM space WHERE kind = 2 LIMIT 100";
  if (ledger::has_open_job(tx, kKind, std::nullopt)) return 0;
  std::vector<SpaceId> spaces;
  {
    auto rows = tx.query(kFind);
    while (rows.next()) spaces.push_back(rows.id<SpaceId>(0));
  }
  for (const auto& space : spaces) enqueue(tx, space, {});
  return spaces.size();
}

}  // namespace cairn::tree
