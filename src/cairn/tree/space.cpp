#include "cairn/tree/space.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "cairn/tree/grants.h"
#include "cairn/tree/rights.h"

namespace cairn::tree {
namespace {

constexpr int kPersonal = 0;

// A root of a space: it has no parent, and is named by its own id, which no listing shows.
void add_root(db::Transaction& tx, const NewSpace& space, const NodeId& id, std::int64_t flags, const ledger::Stamp& stamp) {
  const auto name = value_or_throw(Name::check(id.text()));
  insert_node(tx,
              {.id = id,
               .space = space.id,
               .name = name.text(),
               .modified_at = tx.now(),
               .modified_by = space.owner,
               .flags = flags,
               .valid_from = stamp.tick,
               .rev = stamp.seq,
               .created_at = tx.now(),
               .created_by = space.owner},
              name, name.text());
}

}  // namespace

Space add_space(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                const ledger::Author& author, const NewSpace& space) {
  constexpr db::Sql kAdd =
      "INSERT INTO space (id, kind, name, owner_id, root_id, trash_id, name_rule, history_from, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)";
  constexpr db::Sql kAddUsage = "INSERT INTO space_usage (space_id, quota, used, reserved) VALUES (?, ?, 0, 0)";
  constexpr db::Sql kOwned = "SELECT 1 FROM space WHERE owner_id = ? AND kind = ?";
  if (tx.query(kOwned, space.owner, kPersonal).next())
    throw Failure({ErrorCode::kAlreadyExists, "This person has a space already."});
  const auto now = tx.now();
  const Space made{.id = space.id,
                   .owner = space.owner,
                   .root = NodeId::make(now),
                   .trash = NodeId::make(now),
                   .name_rule = space.name_rule,
                   .name = space.name,
                   .personal = true};
  const auto stamp = journal.append(tx, made.stream(), operation, author,
                                    {.kind = "space.added",
                                     .subject = made.id.uuid(),
                                     .path_before = {},
                                     .path_after = {},
                                     .detail = detail_of({{"owner", space.owner.text()}, {"name", space.name}})});
  tx.run(kAdd, made.id, kPersonal, made.name, made.owner, made.root, made.trash, static_cast<int>(made.name_rule), now);
  tx.run(kAddUsage, made.id, space.quota);
  add_root(tx, space, made.root, 0, stamp);
  add_root(tx, space, made.trash, kIsTrash, stamp);
  add_grant(tx, {.node = made.root, .subject = made.owner.uuid(), .role = Role::kManager, .by = made.owner}, stamp);
  return made;
}

Space require_home(db::Snapshot& snapshot, const account::PersonId& person) {
  constexpr db::Sql kFind = "SELECT id FROM space WHERE owner_id = ? AND kind = ?";
  std::optional<SpaceId> id;
  {
    auto rows = snapshot.query(kFind, person, kPersonal);
    if (rows.next()) id = rows.id<SpaceId>(0);
  }
  if (!id) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  return require_space(snapshot, *id);
}

std::vector<Space> list_spaces(db::Snapshot& snapshot, const account::Principal& who) {
  constexpr db::Sql kGranted =
      "SELECT DISTINCT node.space_id FROM access_grant JOIN node ON node.id = access_grant.node_id"
      " WHERE access_grant.subject_id = ? AND access_grant.expires_at > ?";
  require_scope(who, Action::kRead);
  std::set<SpaceId> ids;
  const auto now = snapshot.now();
  for (const auto& subject : who.subjects) {
    auto rows = snapshot.query(kGranted, subject, now);
    while (rows.next()) ids.insert(rows.id<SpaceId>(0));
  }
  std::vector<Space> spaces;
  for (const auto& id : ids)
    if (auto space = find_space(snapshot, id)) spaces.push_back(*std::move(space));
  std::ranges::sort(spaces, {}, [&](const Space& space) { return std::tuple(space.owner != who.person, space.name, space.id); });
  return spaces;
}

void set_quota(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
               const ledger::Author& author, const SpaceId& space, std::int64_t quota) {
  constexpr db::Sql kSet = "UPDATE space_usage SET quota = ? WHERE space_id = ?";
  const auto found = require_space(tx, space);
  tx.run(kSet, quota, space);
  journal.append(tx, found.stream(), operation, author,
                 {.kind = "space.quota_changed",
                  .subject = space.uuid(),
                  .path_before = {},
                  .path_after = {},
                  .detail = detail_of({{"quota", std::to_string(quota)}})});
}

}  // namespace cairn::tree
