#pragma once
#include <coroutine>

namespace cairn {

/// A thread that resumes coroutines. Whoever suspends a coroutine to work elsewhere asks `current()` first and hands
/// the coroutine back there, so that what runs on an io thread stays on it.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Resumes `coroutine` on this executor's thread, later. Safe to call from any thread.
  virtual void resume(std::coroutine_handle<> coroutine) noexcept = 0;

  /// The executor of the calling thread; null on threads that have none (main, tests, pools).
  [[nodiscard]] static Executor* current() noexcept { return current_; }

 protected:
  static void set_current(Executor* executor) noexcept { current_ = executor; }

 private:
  static thread_local Executor* current_;
};

/// Resumes `coroutine` where it belongs: on `home`, or at once on this thread if it has none.
inline void resume_at(Executor* home, std::coroutine_handle<> coroutine) noexcept {
  if (home != nullptr) {
    home->resume(coroutine);
  } else {
    coroutine.resume();
  }
}

/// `co_await Yield{}`: lets everything else that is ready on this executor's thread run first. No pause on threads that have
/// none.
struct Yield {
  [[nodiscard]] bool await_ready() const noexcept { return Executor::current() == nullptr; }
  void await_suspend(std::coroutine_handle<> coroutine) const noexcept { Executor::current()->resume(coroutine); }
  void await_resume() const noexcept {}
};

}  // namespace cairn
