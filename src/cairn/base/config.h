#pragma once
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/settings.h"

namespace cairn {

/// What the configuration is read from. Flags win over the environment, that over the file, that over the defaults.
struct ConfigSources {
  /// The TOML file's name (for messages) and text.
  std::optional<std::pair<std::string, std::string>> file;
  /// All variables of the environment; those that do not begin with `CAIRN_` are ignored.
  std::map<std::string, std::string> environment;
  /// Keys and values from the command line.
  std::vector<std::pair<std::string, std::string>> flags;
  /// Reads the file that a `…_file` key names, for secrets: its text without white space at the end.
  std::function<Result<std::string>(const std::string& path)> read_secret;
};

/// The settings in force, and where each came from.
class Config {
 public:
  /// Reads all sources. On any fault returns all faults, not only the first; each names the key and its source (file
  /// and line, variable or flag) in `subject`, and an unknown key with the known one that is most probably meant.
  static std::expected<Config, std::vector<Error>> load(const ConfigSources& sources);

  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// Where the key's value came from: `default`, `/etc/cairn.toml:3`, `CAIRN_LOG_LEVEL`, `command line`.
  [[nodiscard]] std::string_view origin(std::string_view key) const;

  /// One line a key: name, value, origin. Secrets are masked.
  [[nodiscard]] std::string shown() const;

 private:
  friend class ConfigReader;

  Settings settings_;
  std::map<std::string, std::string, std::less<>> origins_;
};

/// Keys whose values differ between the two: those that a running server can take, and those that need a restart.
struct ConfigChanges {
  std::vector<std::string_view> taken;
  std::vector<std::string_view> need_restart;
};
[[nodiscard]] ConfigChanges config_changes(const Config& from, const Config& to);

/// docs/configuration.md: every key with its meaning, type, default and environment variable.
[[nodiscard]] std::string config_reference();

}  // namespace cairn
