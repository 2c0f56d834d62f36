#pragma once
#include "cairn/runtime/files.h"

namespace cairn::app {

/// The program `cairn`: does what its arguments say, on that disk; gives its exit code (sysexits.h).
int run_command_line(Files& files, int argc, char** argv);

}  // namespace cairn::app
