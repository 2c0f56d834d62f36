#pragma once
#include <optional>
#include <string>

#include "cairn/account/person.h"
#include "cairn/tree/space.h"

namespace cairn::tree {

/// All that is wanted of a person, or nothing of it: what is shown and allowed, the password, the quota of the home. What is not
/// given stays. Throws Failure as account::change_person() and account::set_password().
struct ChangePerson {
  const ledger::Journal* journal;  ///< outlives the operation
  ledger::OperationId operation;
  ledger::Author author;
  account::PersonId person;
  account::PersonChange change{};
  std::optional<std::int64_t> quota{};
  std::string password{};  ///< hashed; ends all sessions but `keep`
  account::SessionId keep{};

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  account::Person run(db::Transaction& tx) const;
};

}  // namespace cairn::tree
