#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/base/secret.h"
#include "cairn/base/time.h"
#include "cairn/net/byte_stream.h"

namespace cairn::net {

/// A certificate with those that vouch for it, and its key; both PEM.
struct Certificate {
  std::string chain;
  Secret key;
};

/// What an HTTPS server shows of itself. It can be replaced while connections run; those that are there keep what they began
/// with. TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone. Safe to use from several threads.
class TlsIdentity {
 public:
  /// kInvalidInput if the certificate cannot be read, or the key is not its.
  static Result<std::unique_ptr<TlsIdentity>> make(const Certificate& certificate);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  /// Shows this one from now on; what is not right changes nothing.
  Result<void> replace(const Certificate& certificate);

  /// SHA-256 of the certificate, as browsers show it: `AB:CD:…`.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] Instant expires_at() const;

  /// The server's end of a TLS connection over `below`.
  [[nodiscard]] std::unique_ptr<ByteStream> protect(std::unique_ptr<ByteStream> below) const;

 private:
  struct Shown;
  TlsIdentity();
  std::unique_ptr<Shown> shown_;
};

/// Makes a key (ECDSA P-256) and a certificate for it, signed by itself: for these host names and IP addresses, valid from an
/// hour ago for so long.
[[nodiscard]] Certificate make_certificate(const std::vector<std::string>& hosts, Instant now, std::chrono::days valid);

}  // namespace cairn::net
