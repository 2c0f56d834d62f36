#pragma once
#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn doctor [--json]`: says what is wrong with the installation, and what to do. EX_CONFIG if anything is.
int doctor(Files& files, const ConfigFlags& flags, bool as_json);

}  // namespace cairn::app
