#pragma once
// api/: the REST interface under /api/v1, as api/openapi.yaml describes it. Thin: it reads a request, hands it to the operation
// of a lower folder, and writes down what that answers. Which routes there are, and what each needs, stands in routes.cpp.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/account/authenticator.h"
#include "cairn/account/sign_in.h"
#include "cairn/db/database.h"
#include "cairn/tree/tree.h"
#include "cairn/upload/uploads.h"

namespace cairn::api {

/// The one-time code that the very first person shows to set Cairn up: somebody who can read a file of the operator.
class SetupCode {
 public:
  virtual ~SetupCode() = default;
  [[nodiscard]] virtual bool matches(std::string_view code) const = 0;
  /// It has done its work, and works no more. Throws nothing: what stays behind on the disk is taken away at the next start.
  virtual Task<> withdraw(Turn turn) = 0;
};

/// Whether somebody has said that the master key's recovery code is kept.
class RecoveryNote {
 public:
  virtual ~RecoveryNote() = default;
  [[nodiscard]] virtual bool is_confirmed() const = 0;
  /// Durable when this ends.
  virtual Task<> confirm(Turn turn) = 0;
};

/// What the routes work with. All of it outlives them.
struct Services {
  db::Database& database;
  const ledger::Journal& journal;
  tree::Tree& tree;
  tree::Limits limits;
  upload::Uploads& uploads;
  account::SignIn& sign_in;
  account::Authenticator& authenticator;
  const account::Tokens& tokens;
  account::SessionLimits sessions;
  SetupCode& setup_code;
  RecoveryNote& recovery;
  const Clock& clock;
  std::vector<std::string> origins;  ///< under which browsers reach us; empty: the request's own host
  std::size_t max_json_bytes;
  const std::atomic<bool>& stopping;  ///< whoever waits for something ends its wait
};

}  // namespace cairn::api
