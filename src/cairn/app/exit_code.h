#pragma once
// app/: builds the parts from the configuration and hands them to each other; the command line. No rules of its own.

#include <string>

#include "cairn/base/error.h"

namespace cairn::app {

/// What a command tells the shell: 0 or a code of sysexits.h.
[[nodiscard]] int exit_code_of(ErrorCode code);

/// A configuration that is not right (EX_CONFIG).
inline constexpr int kExitConfig = 78;

/// Prints a line to standard error. That nobody can read it is no error.
void warn(const std::string& line);

/// Prints the error to standard error and gives its exit code.
int complain(const Error& error);

}  // namespace cairn::app
