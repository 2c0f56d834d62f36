#pragma once
// runtime/: io threads and the coroutines on them, worker pools with fair queues, and Files, the only code that opens,
// syncs, renames, lists and locks. Knows nothing of HTTP, databases or users.

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace cairn {

template <class T>
class Task;

namespace detail {

// What the promises of Task<T> and Task<void> share: starts when awaited, and on its end goes straight on to who awaits
// it.
struct TaskPromise {
  struct ResumeAwaiting {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      return ended.promise().awaiting;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  ResumeAwaiting final_suspend() noexcept { return {}; }

  std::coroutine_handle<> awaiting = std::noop_coroutine();
};

template <class T>
struct TaskPromiseOf : TaskPromise {
  Task<T> get_return_object() noexcept;
  void unhandled_exception() noexcept { outcome.template emplace<2>(std::current_exception()); }
  template <class U>
  void return_value(U&& value) {
    outcome.template emplace<1>(std::forward<U>(value));
  }
  T take() {
    if (outcome.index() == 2) std::rethrow_exception(std::get<2>(outcome));
    return std::move(std::get<1>(outcome));
  }

  std::variant<std::monostate, T, std::exception_ptr> outcome;
};

template <>
struct TaskPromiseOf<void> : TaskPromise {
  Task<void> get_return_object() noexcept;
  void unhandled_exception() noexcept { failed = std::current_exception(); }
  void return_void() noexcept {}
  void take() const {
    if (failed) std::rethrow_exception(failed);
  }

  std::exception_ptr failed;
};

}  // namespace detail

/// A coroutine that gives a T. It runs when it is awaited, on the thread of who awaits it, and its end goes on with
/// them by symmetric transfer: depth costs no stack. An exception that leaves it comes out of the co_await. A Task that
/// is never awaited never runs; one that is destroyed while it waits for other work would leave that work a dangling
/// coroutine, so whoever starts one keeps it until its end (TaskGroup).
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromiseOf<T>;

  explicit Task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  auto operator co_await() && noexcept {
    struct Awaiter {
      std::coroutine_handle<promise_type> coroutine;
      [[nodiscard]] bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
        coroutine.promise().awaiting = awaiting;
        return coroutine;
      }
      T await_resume() const { return coroutine.promise().take(); }
    };
    return Awaiter{coroutine_};
  }

 private:
  std::coroutine_handle<promise_type> coroutine_;
};

template <class T>
Task<T> detail::TaskPromiseOf<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromiseOf>::from_promise(*this));
}

inline Task<void> detail::TaskPromiseOf<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromiseOf>::from_promise(*this));
}

}  // namespace cairn
