#include "cairn/app/load_config.h"

#include <string_view>

#include <unistd.h>

#include "cairn/base/text.h"
#include "cairn/net/address.h"

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

// What base/ cannot know: which addresses can be listened on.
enum class Plain { kLoopbackOnly, kAnywhere };

void check_addresses(const Config& config, std::string_view key, const std::vector<std::string>& addresses, Plain plain,
                     std::vector<Error>& faults) {
  for (const auto& text : addresses) {
    const auto address = net::parse_address(text);
    std::string wrong;
    if (!address) {
      wrong = address.error().message;
    } else if (address->encrypted && key != "http.listen") {
      wrong = text + ": only http.listen takes HTTPS. Use http:// on a loopback address.";
    } else if (plain == Plain::kLoopbackOnly && !address->encrypted && !net::is_loopback(*address)) {
      wrong = text +
              " is reachable from other machines, and plain HTTP would show everything to whoever listens. Write https:// in its "
              "place; or, behind a proxy that speaks HTTPS, set http.allow_plain.";
    }
    if (!wrong.empty())
      faults.push_back({ErrorCode::kInvalidInput, std::string(key) + ": " + wrong, std::string(config.origin(key))});
  }
}

}  // namespace

std::expected<Config, std::vector<Error>> load_config(Files& files, const ConfigFlags& flags) {
  ConfigSources sources;
  sources.environment = environment();
  sources.flags = flags.values;
  sources.read_secret = [&files](const std::string& path) -> Result<std::string> {
    const auto text = read_text(files, path, kLongestSecret, OpenMode::kReadOperatorFile);
    if (!text) return failure(text);
    return std::string(trimmed(*text));
  };
  auto name = flags.file;
  if (const auto variable = sources.environment.find("CAIRN_CONFIG"); !name && variable != sources.environment.end())
    name = variable->second;
  if (name) {
    auto text = read_text(files, *name, kLongestFile, OpenMode::kReadOperatorFile);
    if (!text) return std::unexpected(std::vector{text.error()});
    sources.file.emplace(*name, *std::move(text));
  }
  auto config = Config::load(sources);
  if (!config) return config;
  std::vector<Error> faults;
  check_addresses(*config, "http.listen", config->settings().http.listen,
                  config->settings().http.allow_plain ? Plain::kAnywhere : Plain::kLoopbackOnly, faults);
  check_addresses(*config, "metrics.listen", config->settings().metrics.listen, Plain::kLoopbackOnly, faults);
  if (config->settings().http.certificate.empty() != config->settings().http.certificate_key.empty()) {
    faults.push_back({ErrorCode::kInvalidInput, "http.certificate and http.certificate_key are set together, or neither",
                      std::string(config->origin("http.certificate"))});
  }
  if (config->settings().http.listen.empty()) {
    faults.push_back({ErrorCode::kInvalidInput, "http.listen is empty: nobody could reach the server",
                      std::string(config->origin("http.listen"))});
  }
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return config;
}

}  // namespace cairn::app
