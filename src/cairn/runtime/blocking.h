#pragma once
#include <semaphore>
#include <type_traits>

#include "cairn/runtime/task.h"

namespace cairn {
namespace detail {

// Drives a task for run_blocking. Its frame stays until the waiting thread has what it wants, and then goes with this
// object.
struct BlockingRun {
  struct promise_type {
    struct Signal {
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> run) const noexcept { run.promise().ended->release(); }
      void await_resume() const noexcept {}
    };

    BlockingRun get_return_object() noexcept { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    Signal final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { failed = std::current_exception(); }

    std::binary_semaphore* ended = nullptr;
    std::exception_ptr failed;
  };

  std::coroutine_handle<promise_type> coroutine;
};

template <class T, class Place>
BlockingRun run_into(Task<T>& task, Place& place) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    place.emplace();
  } else {
    place.emplace(co_await std::move(task));
  }
}

}  // namespace detail

/// Runs `task` and blocks the calling thread until it has ended: for main, the command line and tests, never on an io
/// thread. The task is resumed by whichever thread finishes what it waits for. What it throws is thrown here.
template <class T>
T run_blocking(Task<T> task) {
  std::binary_semaphore ended(0);
  std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> place;
  const auto run = detail::run_into(task, place);
  run.coroutine.promise().ended = &ended;
  run.coroutine.resume();
  ended.acquire();
  const auto failed = run.coroutine.promise().failed;
  run.coroutine.destroy();
  if (failed) std::rethrow_exception(failed);
  if constexpr (!std::is_void_v<T>) return *std::move(place);
}

}  // namespace cairn
