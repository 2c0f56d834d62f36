#pragma once
#include <string>

#include "cairn/api/services.h"

namespace cairn::api {

// What the operator asks about people: known by the machine's own means, not by an account. Each takes and gives the text of a
// JSON object, so that it is the same through the running server's admin socket and without a server. Throws Failure, with the
// field at fault.

/// Adds somebody: `{name, password, display_name?, admin?}`, gives `{id, name}`. The very first must be an administrator, since
/// else nobody could ever make one.
[[nodiscard]] Task<std::string> add_for_operator(const Services& services, std::string body);

/// Lists people in the order of their names, after `after`: `{items: […], next?}`.
[[nodiscard]] Task<std::string> list_for_operator(const Services& services, std::string after);

/// Changes the person of that name: `{password?, disabled?}`, each of which ends all sessions; gives the person.
[[nodiscard]] Task<std::string> change_for_operator(const Services& services, std::string name, std::string body);

}  // namespace cairn::api
