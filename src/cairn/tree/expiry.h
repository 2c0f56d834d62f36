#pragma once
#include <chrono>

#include "cairn/db/transaction.h"
#include "cairn/ledger/stream.h"

namespace cairn::tree {

/// Queues the removal of what has lain in the trash for so long, a job for each space that has some.
struct PurgeExpired {
  std::chrono::microseconds keep;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  /// How many jobs were queued.
  std::size_t run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
