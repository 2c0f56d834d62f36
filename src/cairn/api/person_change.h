#pragma once
#include "cairn/api/call.h"

namespace cairn::api {

/// Throws Failure(kNotFound).
[[nodiscard]] Task<account::Person> require_person(const Call& call, account::PersonId id);

/// Changes a person, in the name of who asks. As account::change_person().
[[nodiscard]] Task<account::Person> change_person(const Call& call, account::PersonId id, account::PersonChange change);

/// Sets another password and ends all sessions but `keep`. As SignIn::hash_new() and account::set_password().
[[nodiscard]] Task<> set_password(const Call& call, account::Person person, Secret password, account::SessionId keep);

}  // namespace cairn::api
