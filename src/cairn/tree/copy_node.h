#pragma once
#include <variant>

#include "cairn/ledger/job_runner.h"
#include "cairn/tree/spot.h"
#include "cairn/tree/trash.h"

namespace cairn::tree {

/// Copies a node with all below it that the principal may read: no bytes are copied, and only what files hold now. Above
/// Limits::inline_nodes it is a job: the copy grows out of sight and shows when it is whole. Throws Failure as authorize(kRead)
/// on the node and find_spot() on the folder; kQuotaExceeded; kInvalidInput for a copy into itself, to another space, and of what
/// lies in the trash.
struct CopyNode {
  Request request;
  Limits limits;
  SpaceId space{};
  NodeId node;
  NodeId parent;
  std::optional<Name> name{};  ///< else the same
  OnConflict on_conflict = OnConflict::kFail;

  [[nodiscard]] db::LaneKey lane() const { return lane_of(space); }
  /// The copy, or the job that makes it.
  std::variant<Node, ledger::JobId> run(db::Transaction& tx) const;

 private:
  ledger::JobId begin_job(db::Transaction& tx, const Access& source, const Spot& spot) const;
};

/// Does large copies. Progress: `{"copied": 1200}`, at the end with `"node": "node_…"`. Each folder is read as it is when its
/// turn comes. Cancelled or failed, nothing of the copy stays.
class CopyJobs final : public ledger::JobHandler {
 public:
  CopyJobs(const ledger::Journal& journal, const Limits& limits) : journal_(journal), limits_(limits) {}

  [[nodiscard]] std::string_view kind() const override { return "tree.copy"; }
  [[nodiscard]] db::LaneKey lane(const ledger::Job& job) const override;
  ledger::JobStep step(db::Transaction& tx, const ledger::Job& job) const override;
  void abandon(db::Transaction& tx, const ledger::Job& job) const override;

 private:
  const ledger::Journal& journal_;
  Limits limits_;
};

}  // namespace cairn::tree
