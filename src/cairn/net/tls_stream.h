#pragma once
#include <memory>

#include <openssl/types.h>

#include "cairn/net/byte_stream.h"

namespace cairn::net {

/// The server's end of a TLS connection over `below`; takes `ssl` over. The handshake happens as the first bytes are read. What
/// is written is sealed into one buffer and leaves in one piece: a send for each record of 16 KiB costs a third of the throughput
/// (docs/decisions/0003-lean-http.md).
[[nodiscard]] std::unique_ptr<ByteStream> make_tls_stream(SSL* ssl, std::unique_ptr<ByteStream> below);

}  // namespace cairn::net
