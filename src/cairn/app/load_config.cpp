#include "cairn/app/load_config.h"

#include <string_view>

#include <unistd.h>

#include "cairn/base/text.h"

namespace cairn::app {
namespace {

constexpr std::size_t kLongestFile = 1u << 20;
constexpr std::size_t kLongestSecret = 64u << 10;

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

std::expected<Config, std::vector<Error>> load_config(Files& files, const ConfigFlags& flags) {
  ConfigSources sources;
  sources.environment = environment();
  sources.flags = flags.values;
  sources.read_secret = [&files](const std::string& path) -> Result<std::string> {
    const auto text = read_text(files, path, kLongestSecret);
    if (!text) return failure(text);
    return std::string(trimmed(*text));
  };
  auto name = flags.file;
  if (const auto variable = sources.environment.find("CAIRN_CONFIG"); !name && variable != sources.environment.end())
    name = variable->second;
  if (name) {
    auto text = read_text(files, *name, kLongestFile);
    if (!text) return std::unexpected(std::vector{text.error()});
    sources.file.emplace(*name, *std::move(text));
  }
  return Config::load(sources);
}

}  // namespace cairn::app
