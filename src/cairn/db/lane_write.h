#pragma once
#include <concepts>
#include <coroutine>
#include <utility>

#include "cairn/db/lane.h"
#include "cairn/runtime/executor.h"
#include "cairn/runtime/outcome.h"

namespace cairn::db {

/// Which lane a change goes through: made from the id of the stream that it writes to (a space, a person, the directory).
struct LaneKey {
  std::uint64_t value = 0;
};

/// A change: an object that owns its inputs, names its lane, and makes the change in `run`. It may run more than once, so `run`
/// is const; only the last run counts. At most about 1,000 rows: larger work goes in steps.
template <class T>
concept WriteOperation = requires(const T operation, Transaction& transaction) {
  { operation.lane() } -> std::same_as<LaneKey>;
  operation.run(transaction);
};

/// What awaits a change's way through a lane: `co_await` gives what `run` answered, or throws what it threw, once the batch has
/// been committed. Throws Failure(kUnavailable) if the lane takes no more.
template <WriteOperation Op>
class LaneWrite final : public LaneJob {
 public:
  using Answer = decltype(std::declval<const Op&>().run(std::declval<Transaction&>()));

  LaneWrite(Lane& lane, Turn turn, Op operation) : lane_(lane), turn_(turn), operation_(std::move(operation)) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    home_ = Executor::current();
    accepted_ = true;  // once submitted, the job may end before submit returns: nothing of it is touched after
    if (lane_.submit(turn_, *this)) return true;
    accepted_ = false;
    return false;
  }
  Answer await_resume() {
    if (!accepted_) throw Failure({ErrorCode::kUnavailable, "The server is busy; try again in a moment."});
    return outcome_.take();
  }

  Attempt attempt(Transaction& transaction) noexcept override {
    try {
      outcome_.run([&] { return operation_.run(transaction); });
      return Attempt::kDone;
    } catch (const DatabaseFailure& failure) {
      outcome_.fail(std::current_exception());
      return failure.failure_class() == FailureClass::kAmbiguous ? Attempt::kFatal : Attempt::kRefused;
    } catch (...) {
      outcome_.fail(std::current_exception());  // thrown again where the change is awaited
      return Attempt::kRefused;
    }
  }
  void fail(std::exception_ptr error) noexcept override { outcome_.fail(std::move(error)); }
  void finish() noexcept override { resume_at(home_, waiting_); }

 private:
  Lane& lane_;
  Turn turn_;
  Op operation_;
  bool accepted_ = false;
  Outcome<Answer> outcome_;
  std::coroutine_handle<> waiting_;
  Executor* home_ = nullptr;
};

}  // namespace cairn::db
