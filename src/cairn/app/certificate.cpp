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
std::optional<net::Certificate> find_own(Files& files, const std::string& directory, const std::string& hosts,
                                         const Clock& clock) {
  const auto chain = read_text(files, directory + "/certificate.pem", kLongestFile);
  const auto key = read_text(files, directory + "/key.pem", kLongestFile);
  const auto made_for = read_text(files, directory + "/hosts", kLongestFile);
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

net::Certificate load_certificate(Files& files, const DataDirectory& data, const Settings& settings, const Clock& clock) {
  const auto& http = settings.http;
  if (!http.certificate.empty()) {
    return {.chain = read_or_throw(files, http.certificate, "http.certificate"),
            .key = Secret(read_or_throw(files, http.certificate_key, "http.certificate_key"))};
  }
  const auto directory = data.path() + "/tls";
  value_or_throw(make_directories(files, directory));
  const auto hosts = hosts_of(settings);
  const auto listed = fmt::format("{}\n", fmt::join(hosts, "\n"));
  if (auto own = find_own(files, directory, listed, clock)) return *std::move(own);
  auto made = net::make_certificate(hosts, clock.now(), kValid);
  // The list last: a power cut in between leaves a pair that is made again.
  value_or_throw(replace_text(files, directory + "/hosts", ""));
  value_or_throw(replace_text(files, directory + "/key.pem", std::string(made.key.reveal())));
  value_or_throw(replace_text(files, directory + "/certificate.pem", made.chain));
  value_or_throw(replace_text(files, directory + "/hosts", listed));
  return made;
}

}  // namespace cairn::app
