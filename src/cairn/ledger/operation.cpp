#include "cairn/ledger/operation.h"

#include <algorithm>
#include <vector>

#include "cairn/base/mutant.h"

namespace cairn::ledger {

Operation Operation::repeatable(const Uuid& principal, std::string_view key, std::string_view request) {
  std::vector<std::byte> input(principal.begin(), principal.end());
  std::ranges::copy(crypt::label(key), std::back_inserter(input));
  const auto digest = crypt::sha256(input);
  Uuid id;
  std::ranges::copy(std::span(digest).first<id.size()>(), id.begin());
  return {.id = OperationId(id), .principal = principal, .request = crypt::sha256(crypt::label(request))};
}

std::optional<std::string> recall(db::Snapshot& snapshot, const Operation& operation) {
  constexpr db::Sql kFind = "SELECT principal_id, request, answer FROM op WHERE id = ?";
  if (mutant("op_id_ignored")) return std::nullopt;
  auto rows = snapshot.query(kFind, operation.id);
  if (!rows.next()) return std::nullopt;
  if (rows.uuid(0) != operation.principal || !std::ranges::equal(rows.bytes(1), operation.request)) {
    throw Failure(
        {ErrorCode::kReusedKey, "This Idempotency-Key was used for another request. Use a fresh one.", "Idempotency-Key"});
  }
  return std::string(rows.text(2));
}

void keep_answer(db::Transaction& tx, const Operation& operation, std::string_view answer) {
  constexpr db::Sql kAdd = "INSERT INTO op (id, principal_id, request, answer, at) VALUES (?, ?, ?, ?, ?)";
  if (mutant("op_id_ignored")) return;
  tx.run(kAdd, operation.id, operation.principal, operation.request, answer, tx.now());
}

std::int64_t forget_answers(db::Transaction& tx, Instant before, std::size_t limit) {
  constexpr db::Sql kForget = "DELETE FROM op WHERE id IN (SELECT id FROM op WHERE at < ? ORDER BY at LIMIT ?)";
  return tx.run(kForget, before, limit);
}

}  // namespace cairn::ledger
