#include "cairn/app/config_command.h"

#include <cstdio>

#include <fmt/format.h>

#include "cairn/app/exit_code.h"

namespace cairn::app {

int complain_of_config(const std::vector<Error>& faults) {
  for (const auto& fault : faults) fmt::print(stderr, "cairn: {}: {}\n", fault.subject, fault.message);
  return kExitConfig;
}

int config_check(Files& files, const ConfigFlags& flags) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  fmt::print("The configuration is right.\n");
  return 0;
}

int config_show(Files& files, const ConfigFlags& flags) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  fmt::print("{}", config->shown());
  return 0;
}

int config_reference_page() {
  fmt::print("{}", config_reference());
  return 0;
}

}  // namespace cairn::app
