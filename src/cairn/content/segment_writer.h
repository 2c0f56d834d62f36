#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "cairn/content/blob.h"

namespace cairn::content {

/// Takes one stream of bytes into one segment of one object, sealing, hashing and summing on the way. Memory: a few chunks,
/// whatever the length.
class SegmentWriter {
 public:
  struct Place {
    SegmentId segment;
    Uuid key_scope;
    store::ObjectName object;
  };

  /// `scope_key` wraps the segment's fresh key; null writes the bytes as they are. `digest` takes each byte once it is part of
  /// the segment; outlives this.
  SegmentWriter(std::unique_ptr<store::ObjectWriter> object, const Place& place, const crypt::Key* scope_key,
                crypt::Blake3& digest);

  /// Appends. Throws what the store throws; the segment is then lost.
  Task<> write(std::span<const std::byte> plain);

  /// Ends the segment behind all that was written: what it is, with 0 as its start. Once.
  Task<Segment> close();

  /// Ends it behind its last whole chunk, of which there is one at least; of a plain one behind all. What is left, at most a
  /// chunk, is in rest(), and part of nothing yet. Once.
  Task<Segment> cut();
  [[nodiscard]] std::span<const std::byte> rest() const { return chunk_; }

  /// Makes it durable; only then may it be recorded. Once, after its end.
  Task<> commit() { return object_->commit(); }

  /// Gives up; nothing is kept.
  Task<> discard() { return object_->discard(); }

 private:
  Task<Segment> end(crypt::Ending ending);
  void add(std::span<const std::byte> piece, bool may_be_last);
  Task<> flush();
  void count(std::span<const std::byte> plain);
  void seal(std::span<const std::byte> plain, bool last);
  void append(std::span<const std::byte> bytes);

  std::unique_ptr<store::ObjectWriter> object_;
  Place place_;
  crypt::Blake3& digest_;
  std::optional<crypt::SegmentSealer> sealer_;
  std::optional<crypt::WrappedKey> wrapped_;
  crypt::Crc32 crc32_;
  std::uint64_t length_ = 0;
  std::uint64_t stored_ = 0;
  std::vector<std::byte> chunk_;      // plain bytes of the chunk that is being filled
  std::unique_ptr<std::byte[]> out_;  // stored bytes on their way to the object
  std::size_t out_bytes_ = 0;
};

}  // namespace cairn::content
