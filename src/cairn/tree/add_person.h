#pragma once
#include "cairn/account/person.h"
#include "cairn/ledger/operation.h"
#include "cairn/tree/space.h"

namespace cairn::tree {

/// A person comes: the account, and the space that is the person's home. Throws Failure(kAlreadyExists) if the name is taken, and
/// kConflict if only the first person of all may come this way and there is one already.
struct AddPerson {
  const ledger::Journal* journal;  ///< outlives the operation
  ledger::Operation operation;
  ledger::Author author;
  account::NewPerson person;
  SpaceId space;  ///< its keys are durable already: Tree::add_person() sees to that
  std::int64_t quota = kUnlimited;
  bool only_first = false;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  /// The person, who may be one that the same operation has added before.
  account::Person run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
