#pragma once
#include <string>

#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn export TARGET [--user NAME]`: writes all files out as plain files, from the data directory and the key alone. The
/// server must not run. `target` is made unless it is there and empty. Gives the exit code: EX_DATAERR if some files could not be
/// written.
int export_files(Files& files, const ConfigFlags& flags, const std::string& target, const std::string& user);

}  // namespace cairn::app
