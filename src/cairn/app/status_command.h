#pragma once
#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn status`: asks the running server over its admin socket. Exit code 69 if none runs.
int status(Files& files, const ConfigFlags& flags);

}  // namespace cairn::app
