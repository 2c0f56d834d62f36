#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>

#include "cairn/base/id.h"
#include "cairn/db/transaction.h"

namespace cairn::account {

/// How often something may be guessed: `burst` times at once, and once more each time that `interval` has passed.
struct GuessBudget {
  std::int64_t burst;
  std::chrono::microseconds interval;
};

/// What is left of a budget, to be told to whoever guesses.
struct GuessesLeft {
  std::string_view of{};  ///< what kind of budget; empty: nothing was guessed
  GuessBudget budget{};
  std::int64_t left = 0;
  std::chrono::microseconds whole_in{};  ///< after which all of it is there again
};

/// Whose budget: a kind of guess with what it is about.
[[nodiscard]] Uuid guess_key(std::string_view kind, std::string_view about);

/// Takes one guess from a budget, before it is known whether the guess is right, so that many at once cannot all be the last.
/// Zero, or how long to wait if nothing is left. One number is kept a key (the generic cell rate algorithm, ITU-T I.371).
[[nodiscard]] std::chrono::microseconds take_guess(db::Transaction& tx, const Uuid& key, const GuessBudget& budget);

/// Gives it back: the guess was right.
void return_guess(db::Transaction& tx, const Uuid& key, const GuessBudget& budget);

/// What is left of it now; `of` is the caller's to fill in.
[[nodiscard]] GuessesLeft guesses_left(db::Snapshot& snapshot, const Uuid& key, const GuessBudget& budget, Instant now);

/// Forgets budgets that are full again, at most `limit`.
std::int64_t forget_guesses(db::Transaction& tx, std::size_t limit);

}  // namespace cairn::account
