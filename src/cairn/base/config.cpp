#include "cairn/base/config.h"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "cairn/base/mutant.h"
#include "cairn/base/settings_keys.h"
#include "cairn/base/text.h"

namespace cairn {
namespace {

constexpr std::string_view kFileSuffix = "_file";
constexpr std::string_view kEnvironmentPrefix = "CAIRN_";
// Variables of ours that are no keys: the test build's mutant, and the file itself.
constexpr std::array<std::string_view, 3> kOtherVariables{kMutantVariable, kNonceLogVariable, "CAIRN_CONFIG"};

// The written form of a TOML value, which set_from_text then reads; nothing for a table, a date, or an array of those.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (const auto* array = node.as_array()) {
    std::vector<std::string> parts;
    for (const auto& element : *array) {
      if (!element.is_string()) return std::nullopt;
      parts.push_back(element.as_string()->get());
    }
    return fmt::format("{}", fmt::join(parts, std::string(1, kListSeparator)));
  }
  return std::nullopt;
}

std::string markdown_default(const SettingKey& key) {
  Settings defaults;
  const auto text = shown(key.place(defaults));
  return text.empty() ? "none" : "`" + text + "`";
}

}  // namespace

/// Reads the sources one after another into a Config and gathers the faults.
class ConfigReader {
 public:
  explicit ConfigReader(const ConfigSources& sources) : sources_(sources) {}

  void read_file() {
    if (!sources_.file) return;
    const auto& [name, text] = *sources_.file;
    try {
      read_table(name, toml::parse(text, name), "");
    } catch (const toml::parse_error& error) {
      fault(fmt::format("{}:{}", name, error.source().begin.line), std::string(error.description()));
    }
  }

  void read_environment() {
    for (const auto& [variable, value] : sources_.environment) {
      if (!variable.starts_with(kEnvironmentPrefix) || std::ranges::count(kOtherVariables, variable) != 0) continue;
      const auto* key = find_if([&](const SettingKey& k) { return environment_name(k.name) == variable; });
      const auto* secret =
          find_if([&](const SettingKey& k) { return k.is_secret() && environment_name(k.name) + "_FILE" == variable; });
      if (key != nullptr) {
        set(*key, value, variable);
      } else if (secret != nullptr) {
        set_from_file(*secret, value, variable);
      } else {
        std::vector<std::string> names;
        for (const auto& known : setting_keys()) names.push_back(environment_name(known.name));
        unknown(variable, variable, names);
      }
    }
  }

  void read_flags() {
    for (const auto& [name, value] : sources_.flags) read_named(name, value, "command line");
  }

  std::expected<Config, std::vector<Error>> finish() && {
    if (!faults_.empty()) return std::unexpected(std::move(faults_));
    return std::move(config_);
  }

 private:
  void read_table(const std::string& file, const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const auto full = prefix + std::string(name.str());
      const auto origin = fmt::format("{}:{}", file, node.source().begin.line);
      if (const auto* section = node.as_table()) {
        read_table(file, *section, full + ".");
      } else if (const auto text = text_of(node)) {
        read_named(full, *text, origin);
      } else {
        fault(origin, full + " must be text, a number, true, false or a list of texts");
      }
    }
  }

  void read_named(std::string_view name, const std::string& value, const std::string& origin) {
    if (const auto* key = find_if([&](const SettingKey& k) { return k.name == name; })) {
      set(*key, value, origin);
      return;
    }
    if (name.ends_with(kFileSuffix)) {
      const auto plain = name.substr(0, name.size() - kFileSuffix.size());
      if (const auto* key = find_if([&](const SettingKey& k) { return k.name == plain && k.is_secret(); })) {
        set_from_file(*key, value, origin);
        return;
      }
    }
    std::vector<std::string> names;
    for (const auto& known : setting_keys()) names.emplace_back(known.name);
    unknown(name, origin, names);
  }

  void set(const SettingKey& key, const std::string& value, const std::string& origin) {
    if (key.is_secret() && value.empty()) {
      fault(origin, fmt::format("{} is empty: leave it out, or give it a value", key.name));  // a lock without a key is no lock
      return;
    }
    const auto done = set_from_text(key.place(config_.settings_), value, key.range);
    if (!done) {
      fault(origin, fmt::format("{} {}", key.name, done.error().message));
      return;
    }
    config_.origins_.insert_or_assign(std::string(key.name), origin);
  }

  void set_from_file(const SettingKey& key, const std::string& path, const std::string& origin) {
    const auto text = sources_.read_secret(path);
    if (!text) {
      fault(origin, fmt::format("{}{}: {}", key.name, kFileSuffix, text.error().message));
      return;
    }
    set(key, *text, fmt::format("{} ({})", origin, path));
  }

  void unknown(std::string_view name, const std::string& origin, const std::vector<std::string>& known) {
    const std::vector<std::string_view> views(known.begin(), known.end());
    const auto near = nearest(name, views);
    fault(origin, near ? fmt::format("there is no key '{}'; did you mean '{}'?", name, *near)
                       : fmt::format("there is no key '{}'; `cairn config reference` lists them", name));
  }

  void fault(std::string origin, std::string message) {
    faults_.push_back({ErrorCode::kInvalidInput, std::move(message), std::move(origin)});
  }

  template <class Condition>
  static const SettingKey* find_if(Condition condition) {
    const auto keys = setting_keys();
    const auto found = std::ranges::find_if(keys, condition);
    return found == keys.end() ? nullptr : &*found;
  }

  const ConfigSources& sources_;
  Config config_;
  std::vector<Error> faults_;
};

std::expected<Config, std::vector<Error>> Config::load(const ConfigSources& sources) {
  ConfigReader reader(sources);
  reader.read_file();
  reader.read_environment();
  reader.read_flags();
  return std::move(reader).finish();
}

std::string_view Config::origin(std::string_view key) const {
  const auto found = origins_.find(key);
  return found == origins_.end() ? "default" : std::string_view(found->second);
}

std::string Config::shown() const {
  Settings settings = settings_;  // a place is found in a Settings that may be changed
  std::string text;
  for (const auto& key : setting_keys())
    text += fmt::format("{} = {}  # {}\n", key.name, cairn::shown(key.place(settings)), origin(key.name));
  return text;
}

ConfigChanges config_changes(const Config& from, const Config& to) {
  Settings before = from.settings();
  Settings after = to.settings();
  ConfigChanges changes;
  for (const auto& key : setting_keys()) {
    if (same_value(key.place(before), key.place(after))) continue;
    (key.takes == SettingKey::Takes::kReload ? changes.taken : changes.need_restart).push_back(key.name);
  }
  return changes;
}

std::string config_reference() {
  std::string text =
      "# Configuration\n\n"
      "Cairn reads one TOML file (`--config FILE`, or the variable `CAIRN_CONFIG`). Every key is also an environment "
      "variable, and\n"
      "`--set KEY=VALUE` on the command line. The command line wins over the environment, that over the file, that "
      "over the defaults.\n"
      "A secret can also be read from a file: put `_file` behind its key, `_FILE` behind its variable, and give the "
      "file's path.\n"
      "Lists are TOML arrays in the file, and written with commas elsewhere.\n\n"
      "`cairn config check` says whether a configuration is right, `cairn config show` prints each value and where it "
      "comes from.\n"
      "`kill -HUP` makes a running server read it again: keys marked *reload* take effect at once, for others it says "
      "that they need\n"
      "a restart. This page is made by `cairn config reference`.\n";
  std::string section;
  for (const auto& key : setting_keys()) {
    const auto name = key.name.substr(0, key.name.find('.'));
    if (name != section) {
      section = name;
      text += fmt::format("\n## {}\n", section);
    }
    Settings defaults;
    text += fmt::format("\n### `{}`\n{}\n\n- Value: {}\n- Default: {}\n- Variable: `{}`{}{}\n", key.name, key.meaning,
                        describe_type(key.place(defaults), key.range), markdown_default(key), environment_name(key.name),
                        key.is_secret() ? fmt::format(", or `{}_FILE`", environment_name(key.name)) : "",
                        key.takes == SettingKey::Takes::kReload ? "\n- Reload: takes effect at SIGHUP" : "");
  }
  return text;
}

}  // namespace cairn
