#pragma once
// net/: sockets, HTTP/1.1 on both sides, routes and problem documents. Knows no files, no databases and no users.

#include <cstdint>
#include <string>
#include <string_view>

#include "cairn/base/error.h"

namespace cairn::net {

/// Where a server listens.
struct Address {
  enum class Kind { kTcp, kUnix };

  Kind kind = Kind::kTcp;
  std::string host{};      ///< an IPv4 or IPv6 address, or `localhost`; for kUnix the socket's path
  std::uint16_t port = 0;  ///< 0: the system takes a free one
  bool encrypted = false;  ///< by TLS

  /// As it is written in the configuration and shown to people: `http://127.0.0.1:8080`, `https://[::]:8443`, `unix:/run/x.sock`.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// Reads `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`. kInvalidInput with what is allowed.
Result<Address> parse_address(std::string_view text);

/// True for addresses that only this machine reaches: 127.0.0.0/8, ::1, localhost, Unix sockets.
[[nodiscard]] bool is_loopback(const Address& address);

}  // namespace cairn::net
