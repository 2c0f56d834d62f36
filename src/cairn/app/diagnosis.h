#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cairn/base/settings.h"
#include "cairn/base/time.h"
#include "cairn/runtime/files.h"

namespace cairn::app {

/// How bad something is.
enum class Grade {
  kGood,
  kNote,     ///< worth knowing
  kWarning,  ///< it works, but will lose or leak something one day
  kWrong,    ///< it does not work, or loses or leaks already
};

[[nodiscard]] std::string_view name_of(Grade grade);

/// One thing that was looked at, and what was found: a sentence or two that say what to do.
struct Diagnosis {
  Grade grade;
  std::string_view about;  ///< `data`, `master key` …
  std::string text;
};

/// Looks at an installation from outside, whether its server runs or not, and changes nothing: the program, the data directory,
/// the master key, the certificate, the addresses, what the system grants.
[[nodiscard]] std::vector<Diagnosis> diagnose(Files& files, const Settings& settings, const Clock& clock);

}  // namespace cairn::app
