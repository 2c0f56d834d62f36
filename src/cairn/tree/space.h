#pragma once
#include <string>
#include <vector>

#include "cairn/account/principal.h"
#include "cairn/tree/quota.h"
#include "cairn/tree/request.h"

namespace cairn::tree {

struct NewSpace {
  SpaceId id;  ///< its keys lie under this id, durable already
  account::PersonId owner;
  std::string name;
  std::int64_t quota = kUnlimited;
  NameRule name_rule = NameRule::kExact;
};

/// Makes a person's own space: root, trash, usage, and the owner's grant. Takes part in the transaction that makes the person.
/// Throws Failure(kAlreadyExists) if the person has one.
Space add_space(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
                const ledger::Author& author, const NewSpace& space);

/// The person's own space; kNotFound if there is none.
[[nodiscard]] Space require_home(db::Snapshot& snapshot, const account::PersonId& person);

/// The spaces that somebody may enter, own ones first, then by name.
[[nodiscard]] std::vector<Space> list_spaces(db::Snapshot& snapshot, const account::Principal& who);

/// Changes how much a space may hold, less than it holds allowed: then nothing more fits. Throws Failure(kNotFound).
void set_quota(db::Transaction& tx, const ledger::Journal& journal, const ledger::OperationId& operation,
               const ledger::Author& author, const SpaceId& space, std::int64_t quota);

}  // namespace cairn::tree
