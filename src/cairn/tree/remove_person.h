#pragma once
#include "cairn/ledger/job.h"
#include "cairn/ledger/operation.h"
#include "cairn/tree/space.h"

namespace cairn::tree {

/// A person goes, with the home and all that lies in it: nobody finds either any more, and a job removes the bytes for good.
/// Files that the person has put into other spaces stay. Throws Failure as account::remove_person().
struct RemovePerson {
  const ledger::Journal* journal;  ///< outlives the operation
  ledger::Operation operation;
  ledger::Author author;
  account::PersonId person;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  /// The job, which belongs to who asked.
  ledger::JobId run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
