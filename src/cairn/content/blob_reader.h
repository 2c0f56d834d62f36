#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "cairn/content/blob.h"
#include "cairn/content/scope_keys.h"

namespace cairn::content {

/// Reads a range of a blob, front to back. Every byte given out was authenticated (sealed segments) before.
class BlobReader {
 public:
  /// A range that lies inside the blob. What is passed by reference outlives the reader.
  BlobReader(store::ObjectStore& store, ScopeKeys& keys, Turn turn, Manifest manifest, store::ByteRange range);

  /// Reads into all of `into`, less only where the range ends; 0 at its end. Throws Failure: kCorrupt if what is stored is not
  /// what was written, kNotFound if the key was destroyed or the object is gone, kIo, kUnavailable, also if the key cannot be
  /// read. After that the reader is of no more use: each further call throws.
  Task<std::size_t> read(std::span<std::byte> into);

  /// The next bytes as they lie in a file, as ObjectReader::next_piece(). Without length where they are sealed, or do not lie in
  /// a file: read() has them. Throws as read().
  Task<FilePiece> next_piece(std::size_t most);

 private:
  template <class T>
  Task<T> once(Task<T> reading);
  Task<FilePiece> piece_of(std::size_t most);
  Task<std::size_t> read_some(std::span<std::byte> into);
  Task<std::shared_ptr<const crypt::Key>> scope_key();
  Task<std::unique_ptr<store::ObjectReader>> open_object(const Segment& segment, store::ByteRange range);
  Task<> open_segment();
  Task<> open_sealed(const Segment& segment, std::uint64_t from, std::uint64_t to);
  Task<std::size_t> read_plain(std::span<std::byte> into);
  Task<std::size_t> read_sealed(std::span<std::byte> into);
  Task<> open_chunks(std::uint64_t count, std::span<std::byte> into);
  [[nodiscard]] std::uint64_t whole_chunks_for(std::size_t room) const;
  [[nodiscard]] std::uint64_t end_in(const Segment& segment) const;

  store::ObjectStore& store_;
  ScopeKeys& keys_;
  Turn turn_;
  Manifest manifest_;
  std::uint64_t at_;   // in the blob
  std::uint64_t end_;  // of the range, in the blob

  bool failed_ = false;
  const Segment* segment_ = nullptr;            // the one that is open
  std::optional<crypt::SegmentLayout> layout_;  // of it, if it is sealed
  std::unique_ptr<store::ObjectReader> object_;
  std::unique_ptr<crypt::SegmentOpener> opener_;
  std::uint64_t next_chunk_ = 0;
  std::vector<std::byte> sealed_;  // some chunks, before they are opened
  std::vector<std::byte> chunk_;   // one that was opened, and is not yet given out from chunk_at_ on
  std::size_t chunk_at_ = 0;
};

}  // namespace cairn::content
