#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "cairn/content/blob.h"

namespace cairn::content {

/// Takes one stream of bytes into one segment of one object, sealing and hashing on the way. Memory: a few chunks, whatever the
/// length.
class BlobWriter {
 public:
  struct Place {
    BlobId blob;
    SegmentId segment;
    Uuid key_scope;
    store::ObjectName object;
  };

  /// `scope_key` wraps the segment's fresh key; null writes the bytes as they are.
  BlobWriter(std::unique_ptr<store::ObjectWriter> object, const Place& place, const crypt::Key* scope_key);

  /// Appends. Throws what the store throws; the blob is then lost.
  Task<> write(std::span<const std::byte> plain);

  /// Ends the stream: what the blob holds. Once.
  Task<Manifest> finish();

  /// Makes it durable; only then may it be recorded. Once, after finish().
  Task<> commit() { return object_->commit(); }

  /// Gives up; nothing is kept.
  Task<> discard() { return object_->discard(); }

 private:
  void add(std::span<const std::byte> piece, bool may_be_last);
  Task<> flush();
  void seal(std::span<const std::byte> plain, bool last);
  void append(std::span<const std::byte> bytes);

  std::unique_ptr<store::ObjectWriter> object_;
  Place place_;
  std::optional<crypt::SegmentSealer> sealer_;
  std::optional<crypt::WrappedKey> wrapped_;
  crypt::Blake3 digest_;
  crypt::Crc32 crc32_;
  std::uint64_t size_ = 0;
  std::uint64_t stored_ = 0;
  std::vector<std::byte> chunk_;      // plain bytes of the chunk that is being filled
  std::unique_ptr<std::byte[]> out_;  // stored bytes on their way to the object
  std::size_t out_bytes_ = 0;
};

}  // namespace cairn::content
