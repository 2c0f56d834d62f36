#pragma once
#include "cairn/api/call.h"

namespace cairn::api {

/// Ends a session at once on this instance, on others within seconds. Throws Failure(kNotFound) if the person has no such
/// session.
[[nodiscard]] Task<> end_session(const Call& call, account::PersonId person, account::SessionId session);

}  // namespace cairn::api
