#include "cairn/app/certificate.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "cairn/base/text.h"
#include "cairn/net/address.h"

namespace cairn::app {
namespace {

constexpr std::size_t kLongestFile = 1u << 20;
constexpr std::chrono::days kValid{825};  // what Apple's systems take at most for one that is trusted by hand
constexpr std::chrono::days kRenewed{30};

// What Cairn makes for itself, in the data directory.
constexpr const char* kOwnDirectory = "/tls";
constexpr const char* kOwnChain = "/tls/certificate.pem";
constexpr const char* kOwnKey = "/tls/key.pem";
constexpr const char* kOwnHosts = "/tls/hosts";

std::string read_or_throw(Files& files, const std::string& path, std::string_view key) {
  auto text = read_text(files, path, kLongestFile, OpenMode::kReadOperatorFile);
  if (!text)
    throw Failure({text.error().code, fmt::format("{} (It is set by {}.)", text.error().message, key), std::string(key)});
  return *std::move(text);
}

// Names and addresses by which this machine is most probably called.
std::vector<std::string> hosts_of(const Settings& settings) {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name.front() != '\0') hosts.emplace_back(name.data());
  for (const auto& text : settings.http.listen) {
    const auto address = net::parse_address(text);
    if (address && address->host != "0.0.0.0" && address->host != "::") hosts.push_back(address->host);
  }
  for (const auto& origin : settings.http.origins) {
    auto host = origin.substr(std::min(origin.find("://") + 3, origin.size()));
    if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
    if (!host.empty() && !host.starts_with('[')) hosts.push_back(host);
  }
  std::ranges::sort(hosts);
  const auto same = std::ranges::unique(hosts);
  hosts.erase(same.begin(), same.end());
  return hosts;
}

// What was made before, if it still serves.
std::optional<net::Certificate> find_own(Files& files, const std::string& data, const std::string& hosts, const Clock& clock) {
  const auto chain = read_text(files, data + kOwnChain, kLongestFile);
  const auto key = read_text(files, data + kOwnKey, kLongestFile);
  const auto made_for = read_text(files, data + kOwnHosts, kLongestFile);
  if (!chain || !key || !made_for || *made_for != hosts) return std::nullopt;
  net::Certificate certificate{.chain = *chain, .key = Secret(*key)};
  const auto identity = net::TlsIdentity::make(certificate);
  if (!identity || (*identity)->expires_at() < clock.now() + kRenewed) return std::nullopt;
  return certificate;
}

}  // namespace

bool needs_certificate(const Settings& settings) {
  return std::ranges::any_of(settings.http.listen, [](const std::string& text) {
    const auto address = net::parse_address(text);
    return address && address->encrypted;
  });
}

Result<Instant> certificate_end(Files& files, const std::string& data, const Settings& settings) {
  const bool configured = !settings.http.certificate.empty();
  const auto mode = configured ? OpenMode::kReadOperatorFile : OpenMode::kRead;
  auto chain = read_text(files, configured ? settings.http.certificate : data + kOwnChain, kLongestFile, mode);
  if (!chain) return failure(chain);
  const auto key = read_text(files, configured ? settings.http.certificate_key : data + kOwnKey, kLongestFile, mode);
  if (!key) return failure(key);
  const auto identity = net::TlsIdentity::make({.chain = *std::move(chain), .key = Secret(*key)});
  if (!identity) return failure(identity);
  return (*identity)->expires_at();
}

net::Certificate load_certificate(Files& files, const DataDirectory& data, const Settings& settings, const Clock& clock) {
  const auto& http = settings.http;
  if (!http.certificate.empty()) {
    return {.chain = read_or_throw(files, http.certificate, "http.certificate"),
            .key = Secret(read_or_throw(files, http.certificate_key, "http.certificate_key"))};
  }
  value_or_throw(make_directories(files, data.path() + kOwnDirectory));
  const auto hosts = hosts_of(settings);
  const auto listed = fmt::format("{}\n", fmt::join(hosts, "\n"));
  if (auto own = find_own(files, data.path(), listed, clock)) return *std::move(own);
  auto made = net::make_certificate(hosts, clock.now(), kValid);
  // The list last: a power cut in between leaves a pair that is made again.
  value_or_throw(replace_text(files, data.path() + kOwnHosts, ""));
  value_or_throw(replace_text(files, data.path() + kOwnKey, std::string(made.key.reveal())));
  value_or_throw(replace_text(files, data.path() + kOwnChain, made.chain));
  value_or_throw(replace_text(files, data.path() + kOwnHosts, listed));
  return made;
}

}  // namespace cairn::app
