#pragma once
#include "cairn/api/call.h"
#include "cairn/tree/change_person.h"

namespace cairn::api {

/// Throws Failure(kNotFound).
[[nodiscard]] Task<account::Person> require_person(const Call& call, account::PersonId id);

/// A change of a person in the name of who asks, to be filled in.
[[nodiscard]] tree::ChangePerson change_of(const Call& call, account::PersonId id);

/// Makes it. As tree::ChangePerson.
[[nodiscard]] Task<account::Person> change_person(const Call& call, tree::ChangePerson change);

}  // namespace cairn::api
