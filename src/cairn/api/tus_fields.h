#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cairn/crypt/digest.h"
#include "cairn/crypt/hash.h"
#include "cairn/net/http.h"
#include "cairn/upload/upload.h"

namespace cairn::api {

// The header fields of the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).

inline constexpr std::string_view kTusVersion = "1.0.0";
inline constexpr std::string_view kTusExtensions =
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination,concatenation";
inline constexpr std::string_view kTusChecksums = "sha1,sha256,crc32";
inline constexpr std::string_view kTusBody = "application/offset+octet-stream";

/// Throws Failure(kPreconditionFailed) unless the request speaks this version.
void require_tus(const net::Request& request);

/// Throws Failure(kUnsupportedMedia) unless the request's body is said to be bytes of an upload.
void require_tus_body(const net::Request& request);

/// A number of bytes in that field; nothing if it was not sent. Throws Failure(kInvalidInput).
[[nodiscard]] std::optional<std::int64_t> bytes_in(const net::Request& request, std::string_view field);

/// What Upload-Metadata says: keys with their values, decoded.
using Metadata = std::vector<std::pair<std::string, std::string>>;
/// Throws Failure(kInvalidInput): a value that is no base64 or no UTF-8, a key that is none, or comes twice.
[[nodiscard]] Metadata parse_metadata(std::string_view text);
[[nodiscard]] std::optional<std::string> value_of(const Metadata& metadata, std::string_view key);

/// What Upload-Concat says: `partial`, or `final;` with the addresses of the parts.
struct Concat {
  bool partial = false;
  std::vector<upload::UploadId> parts{};
};
/// Nothing if it was not sent. Throws Failure(kInvalidInput).
[[nodiscard]] std::optional<Concat> concat_of(const net::Request& request);

/// What Upload-Checksum promises of the bytes of one request, compared while they come.
class Checksum {
 public:
  /// Nothing if it was not sent. Throws Failure(kInvalidInput) for an algorithm that is not taken, or a value that is none of it.
  [[nodiscard]] static std::optional<Checksum> of(const net::Request& request);

  void update(std::span<const std::byte> bytes);
  /// Throws Failure(kChecksumMismatch) unless all bytes came as they were sent.
  void require_right() const;

 private:
  using Hash = std::variant<crypt::Sha1Stream, crypt::Sha256Stream, crypt::Crc32>;
  Checksum(Hash hash, std::vector<std::byte> wanted) : hash_(std::move(hash)), wanted_(std::move(wanted)) {}

  Hash hash_;
  std::vector<std::byte> wanted_;
};

}  // namespace cairn::api
