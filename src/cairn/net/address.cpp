#include "cairn/net/address.h"

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::string_view kUnix = "unix:";

bool is_numeric_host(const std::string& host, int family) {
  std::array<std::byte, sizeof(in6_addr)> binary{};
  return inet_pton(family, host.c_str(), binary.data()) == 1;
}

}  // namespace

std::string Address::text() const {
  if (kind == Kind::kUnix) return fmt::format("{}{}", kUnix, host);
  const auto scheme = encrypted ? kHttps : kHttp;
  if (host.contains(':')) return fmt::format("{}[{}]:{}", scheme, host, port);
  return fmt::format("{}{}:{}", scheme, host, port);
}

Result<Address> parse_address(std::string_view text) {
  const auto wrong = [&] {
    return failure(
        ErrorCode::kInvalidInput,
        fmt::format("'{}' is no address to listen on: write http://HOST:PORT or https://HOST:PORT with an IP address or "
                    "localhost, such as http://127.0.0.1:8080 or https://[::]:8443",
                    text),
        std::string(text));
  };
  if (text.starts_with(kUnix) && text.size() > kUnix.size())
    return Address{.kind = Address::Kind::kUnix, .host = std::string(text.substr(kUnix.size()))};
  const bool encrypted = text.starts_with(kHttps);
  if (!encrypted && !text.starts_with(kHttp)) return wrong();

  auto rest = text.substr(encrypted ? kHttps.size() : kHttp.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  const auto port = parse_unsigned(rest.substr(colon + 1));
  std::string host(rest.substr(0, colon));
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool known = bracketed ? is_numeric_host(host, AF_INET6) : host == "localhost" || is_numeric_host(host, AF_INET);
  if (!port || *port > 65'535 || !known) return wrong();
  return Address{.host = std::move(host), .port = static_cast<std::uint16_t>(*port), .encrypted = encrypted};
}

bool is_loopback(const Address& address) {
  return address.kind == Address::Kind::kUnix || address.host == "localhost" || address.host == "::1" ||
         address.host.starts_with("127.");
}

}  // namespace cairn::net
