#pragma once
// account/: who somebody is: people, their passwords, sessions and tokens, budgets against guessing. Every way in ends in one
// finish_login(), and gives a Principal, which is all that the folders above know of people.

#include <cstdint>
#include <string>
#include <vector>

#include "cairn/base/id.h"
#include "cairn/ledger/journal.h"

namespace cairn::account {

struct PersonKind {
  static constexpr std::string_view kPrefix = "user";
};
using PersonId = Id<PersonKind>;

struct SessionIdKind {
  static constexpr std::string_view kPrefix = "sess";
};
using SessionId = Id<SessionIdKind>;

/// What a credential may be used for; the rights of its person come on top.
enum class Scope : std::uint8_t {
  kReadFiles = 1,
  kWriteFiles = 2,
  kAccount = 4,  ///< the person's own account: password, sessions
  kAdmin = 8,    ///< what administrators may
};

/// Some scopes.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(std::initializer_list<Scope> scopes) {
    for (const auto scope : scopes) bits_ |= static_cast<std::uint8_t>(scope);
  }
  [[nodiscard]] constexpr bool has(Scope scope) const { return (bits_ & static_cast<std::uint8_t>(scope)) != 0; }
  [[nodiscard]] static constexpr Scopes all() { return {Scope::kReadFiles, Scope::kWriteFiles, Scope::kAccount, Scope::kAdmin}; }

 private:
  std::uint8_t bits_ = 0;
};

/// Who acts, resolved from a credential and at most a few seconds old.
struct Principal {
  PersonId person;
  SessionId credential;
  std::vector<Uuid> subjects;  ///< whose grants count: the person, later its groups
  Scopes scopes;
  bool admin = false;
  std::string name;

  [[nodiscard]] ledger::Author author() const { return {.actor = person.uuid(), .credential = credential.uuid()}; }
};

}  // namespace cairn::account
