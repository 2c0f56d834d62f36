#pragma once
#include <chrono>
#include <cstddef>
#include <string>

#include "cairn/account/principal.h"
#include "cairn/ledger/journal.h"
#include "cairn/ledger/operation.h"
#include "cairn/tree/rows.h"

namespace cairn::tree {

/// Bounds of single operations.
struct Limits {
  std::size_t inline_nodes = 1'000;  ///< larger copies and purges are jobs
  std::size_t step_rows = 1'000;     ///< what one step of such a job writes, about
};

/// What every operation begins with: who asks for what, and where it is written down.
struct Request {
  const ledger::Journal* journal;  ///< outlives the operation
  ledger::Operation operation;
  account::Principal who;

  /// Writes the event of a change to a space.
  ledger::Stamp tell(db::Transaction& tx, const Space& space, const ledger::Change& change) const {
    return journal->append(tx, space.stream(), operation.id, who.author(), change);
  }
};

/// What to do when a name is taken. The numbers stand in the payload of jobs.
enum class OnConflict : std::uint8_t {
  kFail = 0,
  kRename = 1,   ///< `report (2).pdf`
  kReplace = 2,  ///< a file gets a new version; by a move or copy, what lay there goes to the trash
};

/// The lane of a space.
[[nodiscard]] inline db::LaneKey lane_of(const SpaceId& space) { return ledger::lane_of(ledger::StreamId(space.uuid())); }

/// Makes a change once: whoever asks again with the same operation gets the node that it gave.
template <class Make>
Node once(db::Transaction& tx, const ledger::Operation& operation, Make make) {
  if (const auto answer = ledger::recall(tx, operation)) return node_from_answer(*answer);
  Node node = make();
  ledger::keep_answer(tx, operation, to_answer(node));
  return node;
}

/// Throws Failure(kPreconditionFailed) unless the node is still at the revision that the client has seen; no value asks for
/// nothing.
void require_rev(const Node& node, const std::optional<std::int64_t>& if_rev);

/// Throws unless something may be put into a folder `height` levels high: kInvalidInput if it is no folder, lies in the trash, or
/// the tree would become too deep.
struct Access;
void require_room(const Access& folder, std::int64_t height);

/// Throws Failure(kDenied) unless the folder that a node lies in may be changed: who may write a file alone can give it new
/// content, but a name and a place are the folder's.
void require_folder(db::Snapshot& snapshot, const account::Principal& who, const Node& node);
/// The same of a folder by its id.
void require_write(db::Snapshot& snapshot, const account::Principal& who, const NodeId& folder);

/// The JSON of an event's detail, of texts.
[[nodiscard]] std::string detail_of(std::initializer_list<std::pair<std::string_view, std::string_view>> texts);

}  // namespace cairn::tree
