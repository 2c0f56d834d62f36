#pragma once
#include "cairn/ledger/job_runner.h"
#include "cairn/tree/request.h"

namespace cairn::tree {

/// Takes a space out of everybody's sight, with all that lies in it, and queues the job that removes it; the job is the author's
/// to look at.
ledger::JobId begin_removal(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                            const ledger::Author& author, const Space& space);

/// Removes spaces that are on their way out: what was granted to the one who owned it, all it holds from the leaves upwards, and
/// the space itself in the last step, with a note that its key is to be destroyed. Progress: `{"left_bytes": 4096}`. It cannot be
/// cancelled: nobody could use what would be left.
class SpaceRemovalJobs final : public ledger::JobHandler {
 public:
  explicit SpaceRemovalJobs(const Limits& limits) : limits_(limits) {}

  [[nodiscard]] std::string_view kind() const override { return "tree.remove_space"; }
  [[nodiscard]] db::LaneKey lane(const ledger::Job& job) const override;
  ledger::JobStep step(db::Transaction& tx, const ledger::Job& job) const override;
  void abandon(db::Transaction& tx, const ledger::Job& job) const override;

 private:
  Limits limits_;
};

/// Queues the removal of spaces on their way out that no job is at, since it failed for good. Gives how many.
struct RemoveLeftSpaces {
  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  std::size_t run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
