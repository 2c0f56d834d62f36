#pragma once
#include <cstddef>

#include "cairn/runtime/task.h"

namespace cairn {

/// Tasks that run side by side on one thread: the connections of an io thread, the members of a test's batch. Nothing
/// is detached outside of one, and it outlives what it holds. Not for use by several threads.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  /// All tasks must have ended: await join() first.
  ~TaskGroup();

  /// Starts `task` now, until it first waits. The task handles its own errors: an exception that leaves it ends the
  /// process.
  void spawn(Task<> task);

  /// Ends when no task is left. One caller at a time.
  auto join() noexcept {
    struct Awaiter {
      TaskGroup& group;
      [[nodiscard]] bool await_ready() const noexcept { return group.running_ == 0; }
      void await_suspend(std::coroutine_handle<> joining) const noexcept { group.joining_ = joining; }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  struct Runner;
  static Runner run(TaskGroup& group, Task<> task);

  std::size_t running_ = 0;
  std::coroutine_handle<> joining_;
};

}  // namespace cairn
