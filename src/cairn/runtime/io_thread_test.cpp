#include "cairn/runtime/io_thread.h"

#include <latch>

#include "cairn/runtime/task_group.h"

namespace cairn {
namespace {

using std::chrono::milliseconds;

TEST(IoThread, RunsWhatIsPostedInOrderOnItsOwnThread) {
  IoThread io("io");
  std::string order;
  for (const char letter : {'a', 'b', 'c'}) io.post([&order, letter] { order += letter; });
  io.run([&] { EXPECT_EQ(Executor::current(), &io); });
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(Executor::current(), nullptr);
}

TEST(Timer, PassesOrIsCancelled) {
  IoThread io("io");
  Timer timer(io);
  TaskGroup group;
  bool passed = false;
  bool passed_after_cancel = true;
  std::latch first(1);
  std::latch second(1);
  const auto spawn = [&](milliseconds time, bool& result, std::latch& ended) {
    group.spawn([](Timer& waited, milliseconds length, bool& outcome, std::latch& done) -> Task<> {
      outcome = co_await waited.wait(length);
      done.count_down();
    }(timer, time, result, ended));
  };
  io.run([&] { spawn(milliseconds(1), passed, first); });
  first.wait();
  EXPECT_TRUE(passed);
  io.run([&] {
    spawn(std::chrono::hours(1), passed_after_cancel, second);
    timer.cancel();
  });
  second.wait();
  EXPECT_FALSE(passed_after_cancel);
  io.stop();
}

}  // namespace
}  // namespace cairn
