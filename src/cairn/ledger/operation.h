#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cairn/base/id.h"
#include "cairn/crypt/hash.h"
#include "cairn/db/transaction.h"

namespace cairn::ledger {

struct OperationKind {
  static constexpr std::string_view kPrefix = "op";
};
using OperationId = Id<OperationKind>;

/// Makes a change repeatable: whoever sends the same again, since the answer got lost, gets the first one's answer, and nothing
/// happens twice. Also how a COMMIT of which the end is not known is looked up.
struct Operation {
  OperationId id;
  Uuid principal{};         ///< who asked
  crypt::Sha256 request{};  ///< of what was asked, so that another request under the same key is noticed

  /// One that nobody will repeat: a fresh id.
  [[nodiscard]] static Operation once(Instant now, const Uuid& principal) {
    return {.id = OperationId::make(now), .principal = principal};
  }

  /// That of a client's Idempotency-Key. Keys of different principals have nothing to do with each other.
  [[nodiscard]] static Operation repeatable(const Uuid& principal, std::string_view key, std::string_view request);
};

/// The answer that this operation was given when it was done; nothing if it was not, or is forgotten. Throws
/// Failure(kReusedKey) if its id was used for another request.
[[nodiscard]] std::optional<std::string> recall(db::Snapshot& snapshot, const Operation& operation);

/// Keeps the answer, in the transaction that makes the change. Refusals are not kept: they changed nothing.
void keep_answer(db::Transaction& tx, const Operation& operation, std::string_view answer);

/// Forgets answers given before `before`, at most `limit`. Gives how many went.
std::int64_t forget_answers(db::Transaction& tx, Instant before, std::size_t limit);

}  // namespace cairn::ledger
