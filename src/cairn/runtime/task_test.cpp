#include "cairn/runtime/task.h"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cairn/runtime/blocking.h"
#include "cairn/runtime/task_group.h"

namespace cairn {
namespace {

Task<int> number(int value) { co_return value; }

Task<std::int64_t> sum_of(int count) {
  std::int64_t sum = 0;
  for (int i = 0; i < count; ++i) {
    const int next = co_await number(i);
    sum += next;
  }
  co_return sum;
}

Task<> failing() {
  throw std::runtime_error("no");
  co_return;
}

TEST(Task, GivesItsValueToWhoAwaitsIt) { EXPECT_EQ(run_blocking(sum_of(10)), 45); }

TEST(Task, AMillionThatEndAtOnceUseNoStack) { EXPECT_EQ(run_blocking(sum_of(1'000'000)), 499'999'500'000); }

TEST(Task, AnExceptionComesOutOfTheAwait) {
  EXPECT_THROW(run_blocking(failing()), std::runtime_error);
  const auto caught = run_blocking([]() -> Task<std::string> {
    std::string text = "nothing";
    try {
      co_await failing();
    } catch (const std::runtime_error& error) {
      text = error.what();
    }
    co_return text;
  }());
  EXPECT_EQ(caught, "no");
}

TEST(Task, CarriesWhatCannotBeCopied) {
  auto task = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*run_blocking(task()), 7);
}

TEST(Task, OneThatIsNeverAwaitedNeverRuns) {
  bool ran = false;
  {
    auto task = [](bool& flag) -> Task<> {
      flag = true;
      co_return;
    }(ran);
  }
  EXPECT_FALSE(ran);
}

// A place where a test holds coroutines back until it lets them go.
struct Gate {
  std::vector<std::coroutine_handle<>> waiting;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) { waiting.push_back(coroutine); }
  void await_resume() const noexcept {}

  void open() {
    for (const auto coroutine : std::exchange(waiting, {})) coroutine.resume();
  }
};

TEST(TaskGroup, JoinEndsWhenTheLastTaskHasEnded) {
  Gate gate;
  TaskGroup group;
  for (int i = 0; i < 3; ++i) {
    group.spawn([](Gate& held) -> Task<> { co_await held; }(gate));
  }
  EXPECT_EQ(group.running(), 3u);
  bool joined = false;
  TaskGroup joiner;
  joiner.spawn([](TaskGroup& awaited, bool& flag) -> Task<> {
    co_await awaited.join();
    flag = true;
  }(group, joined));
  EXPECT_FALSE(joined);
  gate.open();
  EXPECT_TRUE(joined);
  EXPECT_EQ(group.running(), 0u);
}

}  // namespace
}  // namespace cairn
