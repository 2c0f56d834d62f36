#pragma once
#include <chrono>
#include <optional>

#include "cairn/db/transaction.h"
#include "cairn/ledger/stream.h"
#include "cairn/tree/node.h"

namespace cairn::tree {

/// Queues the removal of what has lain in the trash for so long, a job for each space that has some and none under way.
struct PurgeExpired {
  std::chrono::microseconds keep;
  SpaceId after{};  ///< spaces come in the order of their ids

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  /// How many jobs were queued, and after which space to go on; none if all were looked at.
  struct Answer {
    std::size_t queued = 0;
    std::optional<SpaceId> last{};
  };
  Answer run(db::Transaction& tx) const;
};

/// Queues the removal of what is out of sight and nobody removes: what a job that was given up has left. Only while no job is
/// under way that may still be at it. Gives how many.
struct PurgeLeftovers {
  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  std::size_t run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
