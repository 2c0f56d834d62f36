#include "cairn/account/guess_budget.h"

#include <algorithm>

#include "cairn/crypt/hash.h"

namespace cairn::account {

Uuid guess_key(std::string_view kind, std::string_view about) {
  std::string text(kind);
  text += '\0';
  text += about;
  const auto digest = crypt::sha256(crypt::label(text));
  Uuid key;
  std::ranges::copy(std::span(digest).first<key.size()>(), key.begin());
  return key;
}

std::chrono::microseconds take_guess(db::Transaction& tx, const Uuid& key, const GuessBudget& budget) {
  // full_at: when the budget will be whole again.
  constexpr db::Sql kTake =
      "UPDATE guess_budget SET full_at = CASE WHEN full_at > ? THEN full_at ELSE ? END + ? WHERE id = ? AND full_at <= ?";
  constexpr db::Sql kAdd = "INSERT INTO guess_budget (id, full_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
  constexpr db::Sql kSet = "UPDATE guess_budget SET full_at = ? WHERE id = ?";
  constexpr db::Sql kFind = "SELECT full_at FROM guess_budget WHERE id = ?";
  const auto now = tx.now();
  const auto latest = now + budget.interval * (budget.burst - 1);
  if (tx.run(kTake, now, now, budget.interval.count(), key, latest) == 1) return {};
  if (budget.burst > 0 && tx.run(kAdd, key, now + budget.interval) == 1) return {};
  Instant full_at = latest + budget.interval;
  {
    auto rows = tx.query(kFind, key);
    if (rows.next()) full_at = rows.instant(0);
  }
  if (full_at > latest + budget.interval) {  // of a time that the clock has gone back from: as empty as can be, and no more
    full_at = latest + budget.interval;
    tx.run(kSet, full_at, key);
  }
  return std::max(full_at - latest, std::chrono::microseconds(1));
}

void return_guess(db::Transaction& tx, const Uuid& key, const GuessBudget& budget) {
  constexpr db::Sql kReturn = "UPDATE guess_budget SET full_at = full_at - ? WHERE id = ?";
  tx.run(kReturn, budget.interval.count(), key);
}

GuessesLeft guesses_left(db::Snapshot& snapshot, const Uuid& key, const GuessBudget& budget, Instant now) {
  constexpr db::Sql kFind = "SELECT full_at FROM guess_budget WHERE id = ?";
  auto rows = snapshot.query(kFind, key);
  const auto full_at = rows.next() ? rows.instant(0) : now;
  const auto whole_in = std::clamp(full_at - now, std::chrono::microseconds(0), budget.interval * budget.burst);
  return {.budget = budget, .left = (budget.interval * budget.burst - whole_in) / budget.interval, .whole_in = whole_in};
}

std::int64_t forget_guesses(db::Transaction& tx, std::size_t limit) {
  constexpr db::Sql kForget = "DELETE FROM guess_budget WHERE id IN (SELECT id FROM guess_budget WHERE full_at <= ? LIMIT ?)";
  return tx.run(kForget, tx.now(), limit);
}

}  // namespace cairn::account
