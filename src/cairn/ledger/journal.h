#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cairn/crypt/key.h"
#include "cairn/db/transaction.h"
#include "cairn/ledger/operation.h"
#include "cairn/ledger/stream.h"

namespace cairn::ledger {

/// Who makes a change, and by which credential: a session, a token. Both zero for Cairn itself.
struct Author {
  Uuid actor{};
  Uuid credential{};
};

/// What happened, as it is told to all who follow.
struct Change {
  std::string_view kind;              ///< `node.moved`; stable, programs compare it
  Uuid subject;                       ///< the node, the person
  std::span<const Uuid> path_before;  ///< its ancestors before the change, root first; empty if there were none
  std::span<const Uuid> path_after;   ///< and after it
  std::string detail;                 ///< JSON: names, versions before and after, enough to undo it. Never a secret
};

/// A change as it stands in the journal.
struct Event {
  Stamp stamp;
  OperationId operation;
  std::string kind;
  Uuid subject;
  Author author;
  std::vector<Uuid> path_before;
  std::vector<Uuid> path_after;
  std::string detail;
};

/// Links each event to the one before it.
using ChainMac = std::array<std::byte, 32>;

/// The journal of all streams, which is the audit trail too. Each event carries a MAC over itself and the MAC before it, made
/// with a key that the database does not hold: who can write to the database can neither change, insert, reorder nor take out an
/// event unseen (docs/formats/journal.md). Safe to use from several threads.
class Journal {
 public:
  /// `key` is derived from the master key for this alone.
  explicit Journal(crypt::Key key) : key_(std::move(key)) {}

  /// Writes the event of a change as the next of its stream, whose lane the transaction came through, and gives its numbers. One
  /// transaction, however many changes it holds, writes the stream's head once, at its end.
  Stamp append(db::Transaction& tx, const StreamId& stream, const OperationId& operation, const Author& author,
               const Change& change) const;

  /// The numbers of the stream's last event, for what is written without one of its own. The next event comes strictly later.
  static Stamp current(db::Transaction& tx, const StreamId& stream);

  /// What is wrong with a stream's chain: the first event that is missing or is not what was written; nothing if all is well.
  [[nodiscard]] std::optional<std::string> find_break(db::Snapshot& snapshot, const StreamId& stream) const;

 private:
  [[nodiscard]] ChainMac link(const ChainMac& before, const StreamId& stream, const Event& event) const;

  crypt::Key key_;
};

/// The events of a stream after `after`, in their order, at most `limit`.
[[nodiscard]] std::vector<Event> read_events(db::Snapshot& snapshot, const StreamId& stream, std::int64_t after,
                                             std::size_t limit);

/// The number of a stream's last event; 0 if it has none.
[[nodiscard]] std::int64_t last_seq(db::Snapshot& snapshot, const StreamId& stream);

/// All streams that have events.
[[nodiscard]] std::vector<StreamId> all_streams(db::Snapshot& snapshot);

/// Streams that changed at `since` or later (rounded down to ten seconds): for readers that may have missed a signal.
[[nodiscard]] std::vector<StreamId> streams_changed_since(db::Snapshot& snapshot, Instant since);

/// Forgets which streams changed before `before`, at most `limit` marks. Gives how many went.
std::int64_t forget_changed_streams(db::Transaction& tx, Instant before, std::size_t limit);

}  // namespace cairn::ledger
