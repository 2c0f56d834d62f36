#pragma once
#include <exception>
#include <memory>
#include <optional>
#include <span>

#include "cairn/api/call.h"

namespace cairn::api {

/// The digests that an upload is to have, as its fields Content-Digest and Repr-Digest say (RFC 9530): `sha-256`, and `blake3`,
/// which the registry does not know yet.
struct WantedDigests {
  std::optional<crypt::Sha256> sha256{};
  std::optional<crypt::Blake3::Digest> blake3{};

  /// Throws Failure(kInvalidInput) if one of them is not well formed. Algorithms that are not known are passed over, as the
  /// standard demands.
  [[nodiscard]] static WantedDigests of(const net::Request& request);
};

/// Looks at what an upload's fields and parameters say, before anything of it is looked up or taken. Throws
/// Failure(kInvalidInput).
void check_upload(const Call& call);

/// Reads a request's body in large pieces.
class PieceReader {
 public:
  explicit PieceReader(net::Body& body);

  /// The next piece, good until the next call; empty at the end. It is full, but from a client that takes long for that. What
  /// ends the body too early is thrown as Body::read() throws it, after all that came before it.
  Task<std::span<const std::byte>> next();

 private:
  net::Body& body_;
  std::size_t size_;
  std::unique_ptr<std::byte[]> buffer_;
  bool more_ = true;
  std::exception_ptr broken_;
};

/// Writes a request's body into a draft, piece by piece, and compares it with the digests. Throws Failure(kInvalidInput) if it
/// has another digest, or is shorter than announced, and what FileDraft::write() throws; the caller discards the draft then.
[[nodiscard]] Task<> receive(const Call& call, tree::FileDraft& draft);

/// What an upload is to be known by when it is repeated: its length and digests.
[[nodiscard]] std::string said_of(const net::Request& request);

/// The time that a file is to have: the parameter `modified_at`, or now.
[[nodiscard]] Instant modified_at_of(const Call& call);

/// `sha-256=:…:`, or the digest of another algorithm, as RFC 9530 writes it.
[[nodiscard]] std::string digest_field(std::string_view algorithm, std::span<const std::byte> digest);

}  // namespace cairn::api
