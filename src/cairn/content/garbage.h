#pragma once
#include <chrono>
#include <functional>
#include <vector>

#include "cairn/content/blob.h"
#include "cairn/content/store_guard.h"
#include "cairn/db/database.h"
#include "cairn/ledger/lease.h"

namespace cairn::content {

/// Says whether a blob must stay although nobody claims it: a legal hold, retention, a running backup. Registered by the folders
/// above, asked inside the transaction that would let the blob go.
using Veto = std::function<bool(db::Transaction&, const BlobId&)>;

/// What one run did.
struct GarbageReport {
  std::size_t removed = 0;   ///< blobs that are gone, rows and objects
  std::size_t kept = 0;      ///< due ones that had a claim or a veto after all
  std::size_t failed = 0;    ///< those whose removal failed; it is tried again in a later run
  bool tripped = false;      ///< the breaker held everything back
  bool not_allowed = false;  ///< the store may not be deleted from
  bool elsewhere = false;    ///< another instance collects, or has taken over
};

/// Removes what nobody claims: live → doomed (no claim, no veto) → after the grace, deleting (looked at again) → objects removed
/// → rows removed. Each step can be killed and repeated. One collector runs at a time, on whichever instance: it holds a lease,
/// and each step that takes something away is guarded by the lease's fence.
class GarbageCollector {
 public:
  struct Limits {
    std::chrono::milliseconds grace;  ///< from the last claim's end to the removal; longer than the longest backup
    std::size_t batch;                ///< blobs in one run
    std::size_t breaker_least;        ///< so many unexplained ones never trip the breaker,
    double breaker_share;             ///< nor does this share of all blobs
    std::chrono::milliseconds lease = std::chrono::minutes(5);  ///< after so long a silence another collector takes over
  };

  /// All outlive this. `holder` names this collector among those of all instances.
  GarbageCollector(db::Database& database, store::ObjectStore& store, const StoreGuard& guard, Limits limits, const Uuid& holder,
                   std::vector<Veto> vetoes)
      : database_(database), store_(store), guard_(guard), limits_(limits), holder_(holder), vetoes_(std::move(vetoes)) {}

  /// Removes the blobs that are due, oldest first, at most a batch; those that must stay or fail are passed over. Removals that
  /// no cause explains beyond the breaker's limit hold the whole run back: something is wrong with the database, and a person has
  /// to look.
  Task<GarbageReport> run(Turn turn) {
    return run(turn, [] { return false; });
  }
  /// The same, ended early when `stopping` says so, between two removals.
  Task<GarbageReport> run(Turn turn, std::function<bool()> stopping);

 private:
  Task<> run_under(Turn turn, ledger::Fence fence, const std::function<bool()>& stopping, GarbageReport& report);
  Task<bool> passes_breaker(Turn turn);
  Task<> remove(Turn turn, ledger::Fence fence, BlobId blob, GarbageReport& report);

  db::Database& database_;
  store::ObjectStore& store_;
  const StoreGuard& guard_;
  Limits limits_;
  Uuid holder_;
  std::vector<Veto> vetoes_;
};

}  // namespace cairn::content
