#pragma once
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "cairn/db/transaction.h"
#include "cairn/runtime/task.h"
#include "cairn/runtime/task_group.h"

namespace cairn::db {

/// Runs a task to its end on a machine without threads, by `step`, which does one piece of waiting work and is false when none
/// waits. Gives what the task gives, and throws what it throws.
template <class T, class Step>
T run_by_hand(Task<T> task, Step step) {
  std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> place;
  std::exception_ptr error;
  TaskGroup group;
  group.spawn([](Task<T> awaited, auto& result, std::exception_ptr& failed) -> Task<> {
    try {
      if constexpr (std::is_void_v<T>) {
        co_await std::move(awaited);
        result.emplace();
      } else {
        result.emplace(co_await std::move(awaited));
      }
    } catch (...) {
      failed = std::current_exception();  // thrown again below
    }
  }(std::move(task), place, error));
  while (step()) {
  }
  if (error) std::rethrow_exception(error);
  if constexpr (!std::is_void_v<T>) return *std::move(place);
}

/// Makes a change in a transaction of its own, and gives what it gives; if it throws, nothing is changed.
template <class Change>
auto change_on(Connection& writer, Change work) {
  writer.begin(Connection::Begin::kWrite);
  Transaction tx(writer);
  try {
    if constexpr (std::is_void_v<decltype(work(tx))>) {
      work(tx);
      tx.commit();
    } else {
      auto answer = work(tx);
      tx.commit();
      return answer;
    }
  } catch (...) {
    writer.rollback();
    throw;
  }
}

}  // namespace cairn::db
