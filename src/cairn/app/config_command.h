#pragma once
#include "cairn/app/load_config.h"

namespace cairn::app {

/// `cairn config check`: says whether the configuration is right. Exit code 0 or 78.
int config_check(Files& files, const ConfigFlags& flags);
/// `cairn config show`: each key with its value and where that came from.
int config_show(Files& files, const ConfigFlags& flags);
/// `cairn config reference`: docs/configuration.md.
int config_reference_page();

/// Prints each fault with its source; gives the exit code.
int complain_of_config(const std::vector<Error>& faults);

}  // namespace cairn::app
