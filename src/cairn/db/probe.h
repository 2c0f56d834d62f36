#pragma once
#include "cairn/db/lane_write.h"
#include "cairn/db/transaction.h"

namespace cairn::db {

/// The smallest durable change, for health checks: the database and its disk can do no less.
struct Probe {
  [[nodiscard]] static LaneKey lane() { return {}; }
  void run(Transaction& tx) const {
    constexpr Sql kStamp = "INSERT INTO probe (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
    tx.run(kStamp, tx.now());
  }
};

}  // namespace cairn::db
