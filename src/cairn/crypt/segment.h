#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "cairn/base/error.h"
#include "cairn/base/id.h"
#include "cairn/crypt/aes_gcm.h"
#include "cairn/crypt/key.h"

namespace cairn::crypt {

/// How a sealed segment ends; stands in the manifest.
enum class Ending {
  kClosed,  ///< its final chunk is marked as the last
  kCut,     ///< an interrupted upload: whole chunks only, none marked
};

/// Where the bytes of a sealed segment lie (docs/formats/cfe1.md).
class SegmentLayout {
 public:
  static constexpr std::size_t kHeaderBytes = 96;
  static constexpr std::size_t kChunkBytes = 64u << 10;
  static constexpr std::size_t kSealedChunkBytes = kChunkBytes + AesGcm::kTagBytes;

  /// kCorrupt for a cut segment whose length is no multiple of the chunk size: no such segment is ever written.
  static Result<SegmentLayout> of(std::uint64_t plain_length, Ending ending);

  [[nodiscard]] std::uint64_t plain_length() const { return length_; }
  [[nodiscard]] std::uint64_t chunks() const { return chunks_; }
  [[nodiscard]] std::uint64_t stored_length() const { return kHeaderBytes + length_ + chunks_ * AesGcm::kTagBytes; }
  /// Where chunk `index` begins in the stored stream.
  [[nodiscard]] static std::uint64_t chunk_offset(std::uint64_t index) { return kHeaderBytes + index * kSealedChunkBytes; }
  [[nodiscard]] std::size_t plain_size_of(std::uint64_t index) const;
  [[nodiscard]] bool is_last(std::uint64_t index) const { return ending_ == Ending::kClosed && index + 1 == chunks_; }

 private:
  SegmentLayout(std::uint64_t length, Ending ending, std::uint64_t chunks) : length_(length), ending_(ending), chunks_(chunks) {}

  std::uint64_t length_;
  Ending ending_;
  std::uint64_t chunks_;
};

using SegmentHeader = std::array<std::byte, SegmentLayout::kHeaderBytes>;

/// Seals one segment, chunk after chunk, each once: it cannot be copied, its salt is fresh, and its counter only rises, so no
/// nonce is ever used twice under one key. An interrupted upload goes on in a new segment with another key.
class SegmentSealer {
 public:
  /// `key` is this segment's alone.
  SegmentSealer(const Key& key, const Uuid& segment_id);
  SegmentSealer(SegmentSealer&&) = default;
  SegmentSealer& operator=(SegmentSealer&&) = delete;
  SegmentSealer(const SegmentSealer&) = delete;
  SegmentSealer& operator=(const SegmentSealer&) = delete;

  /// What the stored stream begins with.
  [[nodiscard]] const SegmentHeader& header() const { return header_; }

  /// Seals the next chunk into `out`, 16 bytes longer; both may begin at the same place. All but the last have kChunkBytes. After
  /// the last nothing more is sealed: a call that breaks this ends the process.
  void seal(Bytes plain, bool last, std::span<std::byte> out);

 private:
  friend class SegmentSealerForTest;
  SegmentSealer(const Key& key, const Uuid& segment_id, std::span<const std::byte, 32> salt);

  SegmentHeader header_;
  Uuid id_;
  AesGcm cipher_;
  std::uint64_t next_ = 0;
  bool ended_ = false;
};

/// Opens chunks of one segment, in any order.
class SegmentOpener {
 public:
  /// Checks the header against the id and the key before anything is decrypted. kCorrupt if it is another segment's, another
  /// key's, or of a form that this program does not write.
  static Result<SegmentOpener> open(const Key& key, const Uuid& segment_id, const SegmentHeader& header);

  /// Opens chunk `index` of a segment with that layout into `plain`, whose size is layout.plain_size_of(index). kCorrupt if it is
  /// not that chunk as it was sealed; `plain` then holds nothing of it.
  Result<void> open_chunk(const SegmentLayout& layout, std::uint64_t index, Bytes sealed, std::span<std::byte> plain);

 private:
  SegmentOpener(const Uuid& segment_id, AesGcm cipher) : id_(segment_id), cipher_(std::move(cipher)) {}

  Uuid id_;
  AesGcm cipher_;
};

}  // namespace cairn::crypt
