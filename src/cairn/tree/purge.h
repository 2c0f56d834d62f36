#pragma once
#include "cairn/ledger/job_runner.h"
#include "cairn/tree/request.h"
#include "cairn/tree/rights.h"

namespace cairn::tree {

/// Removes a node for good that was thrown away, or throws it away first. It is out of sight at once; if a lot lies below, a job
/// removes the rest. Throws Failure as authorize(kPurge) and, for what was not thrown away yet, TrashNode; kPreconditionFailed;
/// kDenied for a folder unless the principal manages the space, since cut folders below may be none of its business; kNotFound
/// for what lies in a folder that was thrown away: that is removed with the folder.
struct PurgeNode {
  Request request;
  Limits limits;
  SpaceId space{};
  NodeId node;
  std::optional<std::int64_t> if_rev{};
  bool only_from_trash = false;  ///< kNotFound for what was not thrown away yet

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  /// The job that removes the rest; nothing if all is gone.
  std::optional<ledger::JobId> run(db::Transaction& tx) const;
};

/// Removes for good what a space's trash holds now, as a job. Throws Failure as authorize(kPurge) on the space's root.
struct EmptyTrash {
  Request request;
  SpaceId space{};

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  ledger::JobId run(db::Transaction& tx) const;
};

/// Does both kinds of jobs. Progress: `{"removed": 3, "current": "node_…"}`: things of the trash that are gone, and the one that
/// is half gone. Cancelled, it still removes that one, and leaves the others.
class PurgeJobs final : public ledger::JobHandler {
 public:
  PurgeJobs(const ledger::Journal& journal, const Limits& limits) : journal_(journal), limits_(limits) {}

  [[nodiscard]] std::string_view kind() const override { return "tree.purge"; }
  [[nodiscard]] db::LaneKey lane(const ledger::Job& job) const override;
  ledger::JobStep step(db::Transaction& tx, const ledger::Job& job) const override;
  void abandon(db::Transaction& tx, const ledger::Job& job) const override;

  /// Queues the removal of a node that is out of sight already.
  static ledger::JobId enqueue(db::Transaction& tx, const SpaceId& space, const NodeId& node, const account::PersonId& owner);

  /// Queues the removal of all that a space's trash holds since that tick or longer.
  static ledger::JobId enqueue_until(db::Transaction& tx, const SpaceId& space, std::int64_t until,
                                     const account::PersonId& owner = {});

 private:
  const ledger::Journal& journal_;
  Limits limits_;
};

}  // namespace cairn::tree
