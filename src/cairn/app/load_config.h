#pragma once
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cairn/base/config.h"
#include "cairn/runtime/files.h"

namespace cairn::app {

/// What the command line says of the configuration.
struct ConfigFlags {
  std::optional<std::string> file;                          ///< `--config`
  std::vector<std::pair<std::string, std::string>> values;  ///< `--set`, and the flags that stand for a key
};

/// Reads the file (that of `--config`, or of the variable CAIRN_CONFIG), the environment and the flags. All faults at once.
[[nodiscard]] std::expected<Config, std::vector<Error>> load_config(Files& files, const ConfigFlags& flags);

}  // namespace cairn::app
