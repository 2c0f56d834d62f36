#pragma once
#include <memory>

#include "cairn/content/segment_writer.h"

namespace cairn::content {

/// Takes one stream of bytes into a blob of one segment. Memory: a few chunks, whatever the length.
class BlobWriter {
 public:
  /// As SegmentWriter's.
  BlobWriter(BlobId blob, std::unique_ptr<store::ObjectWriter> object, const SegmentWriter::Place& place,
             const crypt::Key* scope_key)
      : blob_(blob), key_scope_(place.key_scope), segment_(std::move(object), place, scope_key, digest_) {}
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  /// Appends. Throws what the store throws; the blob is then lost.
  Task<> write(std::span<const std::byte> plain) { return segment_.write(plain); }

  /// Ends the stream: what the blob holds. Once.
  Task<Manifest> finish();

  /// Makes it durable; only then may it be recorded. Once, after finish().
  Task<> commit() { return segment_.commit(); }

  /// Gives up; nothing is kept.
  Task<> discard() { return segment_.discard(); }

 private:
  BlobId blob_;
  Uuid key_scope_;
  crypt::Blake3 digest_;
  SegmentWriter segment_;
};

}  // namespace cairn::content
