#pragma once
#include <optional>
#include <string>

#include "cairn/api/call.h"
#include "cairn/api/json_input.h"

namespace cairn::api {

/// A person that somebody wants to add: checked, the password not hashed yet.
struct WantedPerson {
  std::string name{};
  std::string display_name{};
  Secret password{};
  bool admin = false;
  std::int64_t quota = tree::kUnlimited;

  /// Reads `name`, `password` and, if it is there, `display_name`.
  [[nodiscard]] static WantedPerson read(JsonInput& input);
  /// The same with `admin`, for those who may say so.
  [[nodiscard]] static WantedPerson read_with_admin(JsonInput& input);
};

/// In whose name, and how.
struct Addition {
  ledger::Operation operation;
  ledger::Author author{};
  Turn turn{};
  bool only_first = false;  ///< nobody may be there yet
};

/// Adds the person with a home. As Tree::add_person() and SignIn::hash_new().
[[nodiscard]] Task<account::Person> add_wanted(const Services& services, WantedPerson wanted, Addition addition);

}  // namespace cairn::api
