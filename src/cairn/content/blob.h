#pragma once
// content/: the immutable bytes of files. A blob is an ordered list of segments, each sealed (CFE1) or plain, each in one object
// of a store; it lives while it has a claim. Here are writing and reading, claims, garbage and scrub. Knows no nodes and no
// rights.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cairn/base/id.h"
#include "cairn/crypt/digest.h"
#include "cairn/crypt/key_wrap.h"
#include "cairn/crypt/segment.h"
#include "cairn/store/object_store.h"

namespace cairn::content {

struct BlobKind {
  static constexpr std::string_view kPrefix = "blob";
};
using BlobId = Id<BlobKind>;

struct SegmentKind {
  static constexpr std::string_view kPrefix = "seg";
};
using SegmentId = Id<SegmentKind>;

/// How a segment's bytes lie in its object. The numbers stand in the database and in the manifest's MAC.
enum class Suite : std::uint8_t {
  kPlain = 0,  ///< as they are
  kCfe1 = 1,   ///< sealed: docs/formats/cfe1.md
};

/// The version of the scope keys that wrap the segments' keys: the first, until keys can be rotated.
inline constexpr std::uint32_t kScopeKeyVersion = 1;

/// One run of a blob's bytes.
struct Segment {
  SegmentId id;
  std::uint64_t start;   ///< of its first byte in the blob
  std::uint64_t length;  ///< plain bytes
  store::ObjectName object;
  std::uint64_t object_offset;
  std::uint64_t stored_length;
  Suite suite;
  crypt::Ending ending;
  std::uint32_t crc32;                       ///< of the plain bytes
  std::optional<crypt::WrappedKey> wrapped;  ///< its key, wrapped by the scope's; none if plain
};

/// What a blob consists of. Its MAC is made with a key that the database does not hold, so that nobody who writes to the database
/// or the store can put segments in another order, or shorten one, unseen.
struct Manifest {
  BlobId id;
  Uuid key_scope;  ///< the space whose key wraps the segments' keys
  std::uint64_t size;
  std::optional<crypt::Blake3::Digest> digest;
  std::vector<Segment> segments;
};

using ManifestMac = std::array<std::byte, 32>;

/// A blob whose bytes are durable, to be recorded.
struct Stored {
  Manifest manifest;
  ManifestMac mac;
};

/// HMAC-SHA-256 over the manifest's fields, keys excepted (docs/formats/manifest.md).
[[nodiscard]] ManifestMac manifest_mac(const crypt::Key& key, const Manifest& manifest);

/// HMAC-SHA-256 over what a growing blob keeps beside its segments, and what it belongs to: the blob, its bytes in segments, and
/// `size`, all its bytes (docs/formats/upload.md).
[[nodiscard]] crypt::Sha256 growth_note_mac(const crypt::Key& key, const Manifest& manifest, std::span<const std::byte> note,
                                            std::uint64_t size);

}  // namespace cairn::content
