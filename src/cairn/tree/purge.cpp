#include "cairn/tree/purge.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/tree/removal.h"
#include "cairn/tree/trash.h"

namespace cairn::tree {
namespace {

namespace json = boost::json;

// What a job of this kind is asked for: one node, or all that was thrown away up to a tick.
struct Payload {
  SpaceId space;
  std::optional<NodeId> node;
  std::int64_t until = 0;
};

Payload payload_of(const ledger::Job& job) {
  const auto value = json::parse(job.payload);
  const auto& payload = value.as_object();
  Payload result{.space = SpaceId::parse(payload.at("space").as_string()).value(), .node = {}};
  if (payload.contains("node")) result.node = NodeId::parse(payload.at("node").as_string()).value();
  if (payload.contains("until")) result.until = payload.at("until").as_int64();
  return result;
}

struct Progress {
  std::int64_t removed = 0;
  std::optional<NodeId> current;
};

Progress progress_of(const ledger::Job& job, const Payload& payload) {
  const auto value = json::parse(job.progress);
  const auto& progress = value.as_object();
  if (!progress.contains("removed")) return {.removed = 0, .current = payload.node};
  Progress result{.removed = progress.at("removed").as_int64(), .current = {}};
  if (progress.contains("current")) result.current = NodeId::parse(progress.at("current").as_string()).value();
  return result;
}

std::string text_of_progress(const Progress& progress) {
  json::object text{{"removed", progress.removed}};
  if (progress.current) text["current"] = progress.current->text();
  return json::serialize(text);
}

// Takes a node out of the trash's sight: from now on nothing leads to it.
void condemn(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
             const ledger::Author& author, const Space& space, const NodeId& node) {
  constexpr db::Sql kRemove = "DELETE FROM trash WHERE node_id = ?";
  tx.run(kRemove, node);
  journal.append(tx, space.stream(), operation, author,
                 {.kind = "node.purged", .subject = node.uuid(), .path_before = {}, .path_after = {}, .detail = "{}"});
}

std::optional<NodeId> oldest_in_trash(db::Transaction& tx, const SpaceId& space, std::int64_t until) {
  constexpr db::Sql kFind = "SELECT node_id FROM trash WHERE space_id = ? AND at <= ? ORDER BY at, node_id LIMIT 1";
  auto rows = tx.query(kFind, space, until);
  if (!rows.next()) return std::nullopt;
  return rows.id<NodeId>(0);
}

bool was_thrown_away(db::Transaction& tx, const NodeId& node) {
  constexpr db::Sql kFind = "SELECT 1 FROM trash WHERE node_id = ?";
  return tx.query(kFind, node).next();
}

}  // namespace

std::optional<ledger::JobId> PurgeNode::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, request.operation)) return ledger::JobId::parse(*answer);
  const auto access = authorize(tx, request.who, Action::kPurge, node);
  const auto of = require_space(tx, access.node.space);
  if (only_from_trash && !access.in_trash) throw Failure({ErrorCode::kNotFound, "This does not lie in the trash."});
  require_rev(access.node, if_rev);
  if (!access.node.parent) throw Failure({ErrorCode::kInvalidInput, "The root of a space cannot be removed."});
  // What lies below may be cut off from whoever manages it up here.
  if (access.node.is_folder() && !access.space_manager)
    throw Failure({ErrorCode::kDenied, "Only a manager of the space can remove a folder for good."});
  if (!access.in_trash) {
    require_folder(tx, request.who, access.node);
    put_into_trash(tx, request, of, access);
  } else if (!was_thrown_away(tx, node)) {
    throw Failure({ErrorCode::kNotFound, "This was not thrown away by itself. Remove the folder that it lies in."});
  }
  condemn(tx, *request.journal, request.operation.id, request.who.author(), of, node);
  auto budget = limits.step_rows;
  std::optional<ledger::JobId> job;
  if (!remove_for_good(tx, node, budget)) job = PurgeJobs::enqueue(tx, of.id, node, request.who.person);
  ledger::keep_answer(tx, request.operation, job ? job->text() : std::string());
  return job;
}

ledger::JobId EmptyTrash::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, request.operation)) return ledger::JobId::parse(*answer).value();
  if (!knows_space(tx, request.who, space)) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  const auto of = require_space(tx, space);
  authorize(tx, request.who, Action::kPurge, of.root);
  const auto stamp = request.tell(
      tx, of, {.kind = "trash.emptied", .subject = space.uuid(), .path_before = {}, .path_after = {}, .detail = "{}"});
  const auto job = PurgeJobs::enqueue_until(tx, space, stamp.tick, request.who.person);
  ledger::keep_answer(tx, request.operation, job.text());
  return job;
}

db::LaneKey PurgeJobs::lane(const ledger::Job& job) const { return lane_of(payload_of(job).space); }

ledger::JobStep PurgeJobs::step(db::Transaction& tx, const ledger::Job& job) const {
  const auto payload = payload_of(job);
  auto progress = progress_of(job, payload);
  auto budget = limits_.step_rows;
  for (;;) {
    if (!progress.current) {
      progress.current = oldest_in_trash(tx, payload.space, payload.until);
      if (!progress.current) return {.done = true, .progress = text_of_progress(progress)};
      condemn(tx, journal_, ledger::OperationId(job.id.uuid()), {.actor = job.owner}, require_space(tx, payload.space),
              *progress.current);
    }
    if (!remove_for_good(tx, *progress.current, budget)) return {.done = false, .progress = text_of_progress(progress)};
    progress.current.reset();
    ++progress.removed;
  }
}

void PurgeJobs::abandon(db::Transaction& tx, const ledger::Job& job) const {
  const auto payload = payload_of(job);
  const auto progress = progress_of(job, payload);
  // What is half gone has to go. Not after a failure: the same would fail again.
  if (job.cancelled && progress.current) enqueue(tx, payload.space, *progress.current, account::PersonId(job.owner));
}

ledger::JobId PurgeJobs::enqueue(db::Transaction& tx, const SpaceId& space, const NodeId& node, const account::PersonId& owner) {
  const json::object payload{{"space", space.text()}, {"node", node.text()}};
  return ledger::enqueue(tx, {.kind = "tree.purge", .owner = owner.uuid(), .payload = json::serialize(payload)});
}

ledger::JobId PurgeJobs::enqueue_until(db::Transaction& tx, const SpaceId& space, std::int64_t until,
                                       const account::PersonId& owner) {
  const json::object payload{{"space", space.text()}, {"until", until}};
  return ledger::enqueue(tx, {.kind = "tree.purge", .owner = owner.uuid(), .payload = json::serialize(payload)});
}

}  // namespace cairn::tree
