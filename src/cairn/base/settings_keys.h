#pragma once
#include <span>
#include <string_view>

#include "cairn/base/setting_value.h"
#include "cairn/base/settings.h"

namespace cairn {

/// One key of the configuration.
struct SettingKey {
  enum class Takes { kRestart, kReload };  ///< when a running server takes a new value: at restart, or at SIGHUP too

  std::string_view name;             ///< `http.idle_timeout`: section and key of the TOML file
  SettingPlace (*place)(Settings&);  ///< where its value lies
  SettingRange range;
  Takes takes;
  std::string_view meaning;  ///< one or two sentences for docs/configuration.md

  [[nodiscard]] bool is_secret() const;
};

/// All keys, in the order in which they are shown.
[[nodiscard]] std::span<const SettingKey> setting_keys();

/// The key's environment variable: `http.idle_timeout` is `CAIRN_HTTP_IDLE_TIMEOUT`.
[[nodiscard]] std::string environment_name(std::string_view key);

}  // namespace cairn
