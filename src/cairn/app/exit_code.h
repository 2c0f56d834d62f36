#pragma once
// app/: builds the parts from the configuration and hands them to each other; the command line. No rules of its own.

#include "cairn/base/error.h"

namespace cairn::app {

/// What a command tells the shell: 0 or a code of sysexits.h.
[[nodiscard]] int exit_code_of(ErrorCode code);

/// A configuration that is not right (EX_CONFIG).
inline constexpr int kExitConfig = 78;

/// Prints the error to standard error, one line a fault, and gives its exit code.
int complain(const Error& error);

}  // namespace cairn::app
