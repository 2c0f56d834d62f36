#pragma once
#include <chrono>
#include <string_view>

namespace cairn::app {

/// Tells a person how far something is, some times a second, on one line of standard error; nothing if that is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();  ///< takes the line away
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// True if it is time to show() something: what is shown need not be made up before.
  [[nodiscard]] bool is_due() const;
  void show(std::string_view text);

  /// Prints a line that stays, terminal or not. That nobody can read it is no error.
  void tell(std::string_view text);

  /// Takes the line away until the next show().
  void clear();

 private:
  const bool to_person_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace cairn::app
