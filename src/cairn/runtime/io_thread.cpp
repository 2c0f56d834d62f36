#include "cairn/runtime/io_thread.h"

#include <semaphore>
#include <thread>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>

#include "cairn/runtime/io_context.h"

namespace cairn {

namespace asio = boost::asio;

struct IoThread::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  std::thread thread;
};

IoThread::IoThread(const std::string& name) : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this, name] {
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
    set_current(this);
    state_->context.run();
  });
}

IoThread::~IoThread() { stop(); }

void IoThread::post(std::move_only_function<void()> work) {
  asio::post(state_->context.get_executor(), [work = std::move(work)]() mutable { work(); });
}

void IoThread::run(std::move_only_function<void()> work) {
  std::binary_semaphore done(0);
  post([&] {
    work();
    done.release();
  });
  done.acquire();
}

void IoThread::resume(std::coroutine_handle<> coroutine) noexcept {
  asio::post(state_->context.get_executor(), [coroutine] { coroutine.resume(); });
}

void IoThread::stop() {
  state_->context.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

void* IoThread::context() noexcept { return &state_->context; }

struct Timer::State {
  using AsioTimer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                               asio::io_context::executor_type>;

  explicit State(IoThread& thread) : timer(io_context_of(thread)) {}

  struct Wait {
    State& state;
    bool passed = false;

    [[nodiscard]] bool await_ready() const noexcept { return state.cancelled; }
    void await_suspend(std::coroutine_handle<> waiting) {
      state.timer.async_wait([this, waiting](const boost::system::error_code& error) {
        passed = !error;
        waiting.resume();
      });
    }
    [[nodiscard]] bool await_resume() const noexcept { return passed; }
  };

  AsioTimer timer;
  bool cancelled = false;
};

Timer::Timer(IoThread& thread) : state_(std::make_unique<State>(thread)) {}
Timer::~Timer() = default;

Task<bool> Timer::wait(std::chrono::milliseconds time) {
  state_->timer.expires_after(time);
  auto wait = State::Wait{*state_};
  co_return co_await wait;
}

void Timer::cancel() {
  state_->cancelled = true;
  state_->timer.cancel();
}

Task<> pause_for(std::chrono::milliseconds time) {
  Timer timer(*static_cast<IoThread*>(Executor::current()));
  (void)co_await timer.wait(time);  // nobody cancels it
}

}  // namespace cairn
