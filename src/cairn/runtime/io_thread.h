#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "cairn/runtime/executor.h"
#include "cairn/runtime/task.h"

namespace cairn {

/// One thread that waits for sockets and timers and runs the coroutines that use them. A coroutine started on it stays
/// on it. It never touches a disk or a database: that is for pools.
class IoThread final : public Executor {
 public:
  /// Starts the thread; `name` shows in the system's tools (at most 15 letters).
  explicit IoThread(const std::string& name);
  /// As stop().
  ~IoThread() override;
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Runs `work` on the thread, later. Safe to call from any thread.
  void post(std::move_only_function<void()> work);

  /// Runs `work` on the thread and blocks the caller, which is another thread, until it is done.
  void run(std::move_only_function<void()> work);

  void resume(std::coroutine_handle<> coroutine) noexcept override;

  /// Ends the thread as soon as what it runs now returns, and waits for that. Coroutines that still wait on it are
  /// never resumed, so their groups must have been joined before.
  void stop();

  /// What Asio calls the thread's io_context; only runtime/io_context.h knows its type.
  [[nodiscard]] void* context() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A timer on one io thread, to be used on that thread only.
class Timer {
 public:
  explicit Timer(IoThread& thread);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Waits that long, or until cancel(); true if the time has passed.
  [[nodiscard]] Task<bool> wait(std::chrono::milliseconds time);

  /// Ends a wait early, and each later one at once.
  void cancel();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Waits that long on the io thread that runs the caller, which must be one.
[[nodiscard]] Task<> pause_for(std::chrono::milliseconds time);

}  // namespace cairn
