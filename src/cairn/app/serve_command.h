#pragma once
#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn serve`: runs until SIGTERM or SIGINT; SIGHUP reads the configuration again. Gives the exit code.
int serve(Files& files, const ConfigFlags& flags);

}  // namespace cairn::app
