#pragma once
#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

namespace cairn {

/// What a piece of work answered or threw, kept for the coroutine that waits for it.
template <class T>
class Outcome {
 public:
  /// Runs `work` and keeps what it answers; what it threw before is forgotten. What it throws comes out here: see fail().
  template <class Work>
  void run(Work&& work) {
    if constexpr (std::is_void_v<T>) {
      std::forward<Work>(work)();
      kept_.template emplace<1>();
    } else {
      kept_.template emplace<1>(std::forward<Work>(work)());
    }
  }

  /// Keeps an error instead of an answer.
  void fail(std::exception_ptr error) noexcept { kept_.template emplace<2>(std::move(error)); }

  /// Gives the answer away, or throws the error. Once.
  T take() {
    if (kept_.index() == 2) std::rethrow_exception(std::get<2>(kept_));
    if constexpr (!std::is_void_v<T>) return std::move(std::get<1>(kept_));
  }

 private:
  std::variant<std::monostate, std::conditional_t<std::is_void_v<T>, std::monostate, T>, std::exception_ptr> kept_;
};

}  // namespace cairn
