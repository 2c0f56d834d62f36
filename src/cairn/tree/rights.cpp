#include "cairn/tree/rights.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "cairn/base/error.h"
#include "cairn/base/mutant.h"
#include "cairn/tree/rows.h"

namespace cairn::tree {
namespace {

Failure no_such_node() { return Failure({ErrorCode::kNotFound, "There is no such file or folder."}); }

// A node and its ancestors, itself first, each with the principal's strongest grant on it.
struct Step {
  NodeId id;
  std::int64_t flags;
  Role granted;
};

std::vector<Step> way_up(db::Snapshot& snapshot, const account::Principal& who, const NodeId& node) {
  // No loop can make it run for ever: a way is shorter than this.
  constexpr db::Sql kWayUp =
      "WITH RECURSIVE up(id, parent_id, flags, level) AS ("
      "  SELECT id, parent_id, flags, 0 FROM node WHERE id = ?"
      "  UNION ALL"
      "  SELECT node.id, node.parent_id, node.flags, up.level + 1 FROM up JOIN node ON node.id = up.parent_id WHERE up.level < "
      "200)"
      " SELECT up.id, up.flags, access_grant.subject_id, access_grant.role, access_grant.expires_at"
      " FROM up LEFT JOIN access_grant ON access_grant.node_id = up.id AND (up.flags & 1) <> 0 ORDER BY up.level";
  const auto now = snapshot.now().time_since_epoch().count();
  std::vector<Step> way;
  auto rows = snapshot.query(kWayUp, node);
  while (rows.next()) {
    const auto id = rows.id<NodeId>(0);
    if (way.empty() || way.back().id != id) way.push_back({.id = id, .flags = rows.integer(1), .granted = Role::kNone});
    if (rows.is_null(2)) continue;
    const bool mine = std::ranges::find(who.subjects, rows.uuid(2)) != who.subjects.end();
    const bool expired = rows.integer(4) <= now && !mutant("expiry_ignored");
    if (mine && !expired) way.back().granted = std::max(way.back().granted, static_cast<Role>(rows.integer(3)));
  }
  return way;
}

// Adds up what the steps of a way give, from the node upwards; `cut` is kept from one way to the one that goes on from it.
class Sum {
 public:
  void add(const Step& step, bool is_root) {
    if (is_root && step.granted == Role::kManager) space_manager_ = true;
    if (!cut_ || (is_root && step.granted == Role::kManager)) role_ = std::max(role_, step.granted);
    if ((step.flags & kCutsInheritance) != 0) cut_ = true;
  }
  void add_root_only() { cut_ = true; }
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] bool space_manager() const { return space_manager_; }

 private:
  Role role_ = Role::kNone;
  bool cut_ = false;
  bool space_manager_ = false;
};

void add_way(Sum& sum, const std::vector<Step>& way) {
  for (const auto& step : way) sum.add(step, &step == &way.back());
}

// Where a node lay that was thrown away; nothing if it is on its way out for good, or not yet there at all.
std::optional<NodeId> thrown_away_from(db::Snapshot& snapshot, const NodeId& node) {
  constexpr db::Sql kFind = "SELECT from_parent FROM trash WHERE node_id = ?";
  auto rows = snapshot.query(kFind, node);
  if (!rows.next()) return std::nullopt;
  return rows.id<NodeId>(0);
}

bool ends_in_trash(const std::vector<Step>& way) { return (way.back().flags & kIsTrash) != 0; }

// The roles above a node in the trash: those of where it lay, which may have been thrown away itself since. False if the node is
// on its way out for good, or not yet there at all.
bool add_ways_before(db::Snapshot& snapshot, const account::Principal& who, Sum& sum, std::vector<Step> way, const NodeId& root) {
  constexpr int kMostHops = 128;
  for (int hops = 0; ends_in_trash(way); ++hops) {
    if (way.size() < 2) return false;  // the trash itself is nobody's
    way.pop_back();
    for (const auto& step : way) sum.add(step, false);
    const auto from = thrown_away_from(snapshot, way.back().id);
    if (!from && hops == 0) return false;
    way = from && hops < kMostHops ? way_up(snapshot, who, *from) : std::vector<Step>{};
    if (way.empty()) {  // where it lay is gone for good, or will be: managers of the space are left
      sum.add_root_only();
      way = way_up(snapshot, who, root);
      if (way.empty()) return false;
    }
  }
  add_way(sum, way);
  return true;
}

// Everything but whether the action is allowed.
std::optional<Access> find_access(db::Snapshot& snapshot, const account::Principal& who, const NodeId& id) {
  auto node = find_node(snapshot, id);
  if (!node) return std::nullopt;
  auto way = way_up(snapshot, who, id);
  if ((way.back().flags & kIsGone) != 0) return std::nullopt;
  Access access{.node = *std::move(node), .in_trash = ends_in_trash(way)};
  for (auto step = way.rbegin(); step + 1 != way.rend(); ++step) access.path.push_back(step->id.uuid());
  Sum sum;
  if (!access.in_trash) {
    add_way(sum, way);
  } else if (!add_ways_before(snapshot, who, sum, std::move(way), require_space(snapshot, access.node.space).root)) {
    return std::nullopt;
  }
  access.role = sum.role();
  access.space_manager = sum.space_manager();
  if (access.in_trash && access.role < Role::kEditor) access.role = Role::kNone;
  return access;
}

Role needed_for(Action action) {
  switch (action) {
    case Action::kRead: return Role::kViewer;
    case Action::kComment: return Role::kCommenter;
    case Action::kReadHistory:
    case Action::kWrite: return Role::kEditor;
    case Action::kShare:
    case Action::kPurge: return Role::kManager;
  }
  std::unreachable();
}

bool in_scope(const account::Principal& who, Action action) {
  const bool reads = action == Action::kRead || action == Action::kReadHistory;
  return who.scopes.has(reads ? account::Scope::kReadFiles : account::Scope::kWriteFiles);
}

// The mutant authorize_before_tx: rights as they were when first asked about.
Role remembered(const account::Principal& who, const Access& access) {
  static std::mutex mutex;
  static std::map<std::pair<account::PersonId, NodeId>, Role> first;
  const std::scoped_lock lock(mutex);
  return first.try_emplace({who.person, access.node.id}, access.role).first->second;
}

}  // namespace

Access authorize(db::Snapshot& snapshot, const account::Principal& who, Action action, const NodeId& node) {
  auto access = find_access(snapshot, who, node);
  if (!access) throw no_such_node();
  if (mutant("authorize_yes")) return *access;
  if (mutant("authorize_before_tx")) access->role = remembered(who, *access);
  if (access->role < Role::kViewer) throw no_such_node();
  if (access->role < needed_for(action) || !in_scope(who, action))
    throw Failure({ErrorCode::kDenied, "You may see this, but not change it that way."});
  return *std::move(access);
}

bool knows_space(db::Snapshot& snapshot, const account::Principal& who, const SpaceId& space) {
  constexpr db::Sql kAny =
      "SELECT 1 FROM access_grant JOIN node ON node.id = access_grant.node_id"
      " WHERE access_grant.subject_id = ? AND access_grant.expires_at > ? AND node.space_id = ? LIMIT 1";
  const auto now = snapshot.now();
  return std::ranges::any_of(who.subjects, [&](const Uuid& subject) { return snapshot.query(kAny, subject, now, space).next(); });
}

void require_scope(const account::Principal& who, Action action) {
  if (!in_scope(who, action)) throw Failure({ErrorCode::kDenied, "This credential is not for that."});
}

Role role_on(db::Snapshot& snapshot, const account::Principal& who, const NodeId& node) {
  const auto access = find_access(snapshot, who, node);
  return access ? access->role : Role::kNone;
}

bool may_enter_cut(db::Snapshot& snapshot, const account::Principal& who, const Access& folder, const NodeId& child) {
  return folder.space_manager || mutant("authorize_yes") || role_on(snapshot, who, child) >= Role::kViewer;
}

}  // namespace cairn::tree
