#pragma once
#include "cairn/app/load_config.h"
#include "cairn/runtime/files.h"

namespace cairn::app {

/// `cairn fsck`: examines what is stored, in the running server if there is one. Exit code 0 if all is well, 65 if not.
int fsck(Files& files, const ConfigFlags& flags, bool deep, bool as_json);

}  // namespace cairn::app
