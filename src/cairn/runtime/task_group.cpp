#include "cairn/runtime/task_group.h"

#include <cassert>

namespace cairn {

// A coroutine that belongs to nobody: its frame goes when it ends.
struct TaskGroup::Runner {
  struct promise_type {
    Runner get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

TaskGroup::Runner TaskGroup::run(TaskGroup& group, Task<> task) {
  ++group.running_;
  {
    auto running = std::move(task);  // its frame, with all it holds, is gone before the group hears of its end
    co_await std::move(running);
  }
  if (--group.running_ == 0 && group.joining_) std::exchange(group.joining_, nullptr).resume();
}

void TaskGroup::spawn(Task<> task) { run(*this, std::move(task)); }

TaskGroup::~TaskGroup() { assert(running_ == 0); }

}  // namespace cairn
