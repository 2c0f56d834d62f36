#include "cairn/tree/copy_node.h"

#include <algorithm>
#include <deque>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/account/person.h"
#include "cairn/tree/copying.h"
#include "cairn/tree/purge.h"

namespace cairn::tree {
namespace {

namespace json = boost::json;

struct Payload {
  account::Principal who;
  SpaceId space;
  NodeId source;
  NodeId staging;  ///< the copy, while it grows under the trash, where nothing leads to it
  NodeId parent;
  Name name;
  OnConflict on_conflict = OnConflict::kFail;
};

std::string to_text(const Payload& payload) {
  json::array subjects;
  for (const auto& subject : payload.who.subjects) subjects.emplace_back(encode_base32(subject));
  return json::serialize(json::object{{"person", payload.who.person.text()},
                                      {"credential", payload.who.credential.text()},
                                      {"subjects", std::move(subjects)},
                                      {"space", payload.space.text()},
                                      {"source", payload.source.text()},
                                      {"staging", payload.staging.text()},
                                      {"parent", payload.parent.text()},
                                      {"name", payload.name.text()},
                                      {"on_conflict", static_cast<int>(payload.on_conflict)}});
}

Payload payload_of(const ledger::Job& job) {
  const auto value = json::parse(job.payload);
  const auto& from = value.as_object();
  account::Principal who{.person = account::PersonId::parse(from.at("person").as_string()).value(),
                         .credential = account::SessionId::parse(from.at("credential").as_string()).value(),
                         .subjects = {},
                         .scopes = account::Scopes{account::Scope::kReadFiles, account::Scope::kWriteFiles},
                         .name = {}};
  for (const auto& subject : from.at("subjects").as_array()) who.subjects.push_back(decode_base32(subject.as_string()).value());
  return {.who = std::move(who),
          .space = SpaceId::parse(from.at("space").as_string()).value(),
          .source = NodeId::parse(from.at("source").as_string()).value(),
          .staging = NodeId::parse(from.at("staging").as_string()).value(),
          .parent = NodeId::parse(from.at("parent").as_string()).value(),
          .name = value_or_throw(Name::check(from.at("name").as_string())),
          .on_conflict = static_cast<OnConflict>(from.at("on_conflict").as_int64())};
}

std::int64_t copied_so_far(const ledger::Job& job) {
  const auto value = json::parse(job.progress);
  const auto* copied = value.as_object().if_contains("copied");
  return copied == nullptr ? 1 : copied->as_int64();  // the top folder is there from the beginning
}

// A folder whose children are to be copied, as it stands in copy_todo.
struct Todo {
  NodeId target;
  NodeId source;
  std::string after;
};

void add_todo(db::Transaction& tx, const ledger::JobId& job, const NodeId& source, const NodeId& target) {
  constexpr db::Sql kAdd = "INSERT INTO copy_todo (job_id, target_id, source_id, after_key) VALUES (?, ?, ?, ?)";
  tx.run(kAdd, job, target, source, db::Bytes{});
}

std::optional<Todo> next_todo(db::Transaction& tx, const ledger::JobId& job) {
  constexpr db::Sql kFind = "SELECT target_id, source_id, after_key FROM copy_todo WHERE job_id = ? LIMIT 1";
  auto rows = tx.query(kFind, job);
  if (!rows.next()) return std::nullopt;
  return Todo{.target = rows.id<NodeId>(0), .source = rows.id<NodeId>(1), .after = std::string(text_of(rows.bytes(2)))};
}

void note_todo(db::Transaction& tx, const ledger::JobId& job, const NodeId& target, const std::string& after) {
  constexpr db::Sql kGoOn = "UPDATE copy_todo SET after_key = ? WHERE job_id = ? AND target_id = ?";
  constexpr db::Sql kDone = "DELETE FROM copy_todo WHERE job_id = ? AND target_id = ?";
  if (after.empty()) {
    tx.run(kDone, job, target);
  } else {
    tx.run(kGoOn, bytes_of(after), job, target);
  }
}

void forget_todos(db::Transaction& tx, const ledger::JobId& job) {
  constexpr db::Sql kForget = "DELETE FROM copy_todo WHERE job_id = ?";
  tx.run(kForget, job);
}

ledger::Stamp tell_copied(db::Transaction& tx, const Request& request, const Spot& spot, const NodeId& copy,
                          const NodeId& source) {
  return request.tell(tx, spot.space,
                      {.kind = "node.copied",
                       .subject = copy.uuid(),
                       .path_before = {},
                       .path_after = spot.folder.path_below(),
                       .detail = detail_of({{"name", spot.name.text()}, {"from", source.text()}})});
}

// A copy does not throw away what it is made from, nor a folder that holds it.
void require_not_source(const Spot& spot, const NodeId& source, const std::optional<Access>& access) {
  if (!spot.taken_by) return;
  const auto& taken = spot.taken_by->id;
  const bool holds_it = access && std::ranges::find(access->path, taken.uuid()) != access->path.end();
  if (taken == source || holds_it)
    throw Failure({ErrorCode::kInvalidInput, "A copy cannot replace what it is made from.", "name"});
}

// A folder that is being copied, if it is still there to be read.
std::optional<Access> source_now(db::Transaction& tx, const account::Principal& who, const NodeId& source) {
  try {
    auto access = authorize(tx, who, Action::kRead, source);
    if (!access.in_trash) return access;
  } catch (const Failure& failure) {
    const auto code = failure.error().code;
    if (code != ErrorCode::kNotFound && code != ErrorCode::kDenied) throw;
  }
  return std::nullopt;
}

// A job goes on after its session has ended, but not after its person has.
void require_person(db::Transaction& tx, const account::Principal& who) {
  const auto person = account::find_person(tx, who.person);
  if (!person || person->disabled) throw Failure({ErrorCode::kDenied, "Whoever asked for this may not any more."});
}

// All of it, in this transaction.
Node copy_inline(db::Transaction& tx, const Request& request, const Access& source, const Spot& spot) {
  const auto id = NodeId::make(tx.now());
  const auto stamp = tell_copied(tx, request, spot, id, source.node.id);
  const auto top = copy_one(tx, request.who, source.node, id, spot.placement(), stamp);
  raise_heights(tx, spot.folder.node, 0);  // and what is copied below raises them further
  std::deque<CopiedChildren::Folder> folders;
  if (top.is_folder()) folders.push_back({.source = source.node.id, .target = top.id});
  for (; !folders.empty(); folders.pop_front()) {
    const auto folder = authorize(tx, request.who, Action::kRead, folders.front().source);
    const auto children =
        copy_children(tx, request.who, folder, folders.front().target, spot.space.name_rule, "", SIZE_MAX >> 1, stamp);
    folders.insert(folders.end(), children.folders.begin(), children.folders.end());
  }
  return find_node(tx, top.id).value();
}

}  // namespace

std::variant<Node, ledger::JobId> CopyNode::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, request.operation)) {
    if (const auto job = ledger::JobId::parse(*answer)) return *job;
    return node_from_answer(*answer);
  }
  const auto source = authorize(tx, request.who, Action::kRead, node);
  if (source.in_trash) throw Failure({ErrorCode::kInvalidInput, "This lies in the trash. Restore it first."});
  if (!source.node.parent) throw Failure({ErrorCode::kInvalidInput, "A whole space cannot be copied; copy what is in it."});
  const auto wanted = name ? *name : value_or_throw(Name::check(source.node.name));
  const auto spot = find_spot(tx, request.who, parent, wanted, on_conflict, source.node.height);
  if (spot.space.id != source.node.space)
    throw Failure({ErrorCode::kInvalidInput, "Files cannot be copied to another space yet.", "parent_id"});
  if (parent == node || std::ranges::find(spot.folder.path, node.uuid()) != spot.folder.path.end())
    throw Failure({ErrorCode::kInvalidInput, "A folder cannot be copied into itself.", "parent_id"});
  require_not_source(spot, node, source);

  if (count_subtree(tx, node, limits.inline_nodes) > limits.inline_nodes) {
    const auto job = begin_job(tx, source, spot);
    ledger::keep_answer(tx, request.operation, job.text());
    return job;
  }
  make_way(tx, request, spot);
  auto copy = copy_inline(tx, request, source, spot);
  ledger::keep_answer(tx, request.operation, to_answer(copy));
  return copy;
}

ledger::JobId CopyNode::begin_job(db::Transaction& tx, const Access& source, const Spot& spot) const {
  const auto stamp = ledger::Journal::current(tx, spot.space.stream());
  const auto wanted = name ? *name : value_or_throw(Name::check(source.node.name));
  const auto key = encode_base32(make_uuid(tx.now()));  // no name in the trash is as long as this
  const auto staging = copy_one(tx, request.who, source.node, NodeId::make(tx.now()),
                                {.parent = spot.space.trash, .name = wanted, .key = key}, stamp);
  const Payload payload{.who = request.who,
                        .space = spot.space.id,
                        .source = node,
                        .staging = staging.id,
                        .parent = parent,
                        .name = wanted,
                        .on_conflict = on_conflict};
  const auto job = ledger::enqueue(tx, {.kind = "tree.copy", .owner = request.who.person.uuid(), .payload = to_text(payload)});
  add_todo(tx, job, node, staging.id);
  return job;
}

db::LaneKey CopyJobs::lane(const ledger::Job& job) const { return lane_of(payload_of(job).space); }

ledger::JobStep CopyJobs::step(db::Transaction& tx, const ledger::Job& job) const {
  constexpr std::size_t kRowsOfANode = 4;  // node, version, claim, count
  const auto payload = payload_of(job);
  const auto space = require_space(tx, payload.space);
  auto copied = copied_so_far(job);
  auto left = std::max<std::size_t>(limits_.step_rows / kRowsOfANode, 1);
  require_person(tx, payload.who);
  while (const auto todo = next_todo(tx, job.id)) {
    if (left == 0) return {.done = false, .progress = json::serialize(json::object{{"copied", copied}})};
    const auto found = source_now(tx, payload.who, todo->source);
    if (!found && todo->source == payload.source)
      throw Failure({ErrorCode::kNotFound, "It was thrown away, or may not be read any more, while it was copied."});
    if (!found) {  // one below that has gone meanwhile: what it held is not copied
      note_todo(tx, job.id, todo->target, "");
      --left;
      continue;
    }
    const auto& source = *found;
    const auto stamp = ledger::Journal::current(tx, space.stream());
    const auto children = copy_children(tx, payload.who, source, todo->target, space.name_rule, todo->after, left, stamp);
    for (const auto& folder : children.folders) add_todo(tx, job.id, folder.source, folder.target);
    note_todo(tx, job.id, todo->target, children.after);
    copied += static_cast<std::int64_t>(children.copied);
    left -= std::min(left, std::max<std::size_t>(children.looked_at, 1));
  }
  // Whole: now it shows.
  const Request request{.journal = &journal_,
                        .operation = {.id = ledger::OperationId(job.id.uuid()), .principal = payload.who.person.uuid()},
                        .who = payload.who};
  auto staging = find_node(tx, payload.staging).value();
  const auto spot = find_spot(tx, payload.who, payload.parent, payload.name, payload.on_conflict, staging.height);
  require_not_source(spot, payload.source, source_now(tx, payload.who, payload.source));
  make_way(tx, request, spot);
  const auto stamp = tell_copied(tx, request, spot, staging.id, payload.source);
  place_node(tx, staging, spot.placement(), stamp);
  raise_heights(tx, spot.folder.node, staging.height);
  return {.done = true, .progress = json::serialize(json::object{{"copied", copied}, {"node", staging.id.text()}})};
}

void CopyJobs::abandon(db::Transaction& tx, const ledger::Job& job) const {
  const auto payload = payload_of(job);
  forget_todos(tx, job.id);
  PurgeJobs::enqueue(tx, payload.space, payload.staging, payload.who.person);
}

}  // namespace cairn::tree
