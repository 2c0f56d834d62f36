#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "cairn/content/segment_writer.h"

namespace cairn::content {

class Content;

/// A step of a growing blob: what is durable now, to be recorded by record_step() together with `note`, which whoever goes on
/// later begins with.
struct GrowthStep {
  Manifest manifest;  ///< with all segments so far
  ManifestMac mac{};
  bool grown = false;  ///< its last segment is new
  /// What the segments do not hold: bytes too few for a chunk, and the state of the digest. Sealed as the content is; empty once
  /// the blob has ended.
  std::vector<std::byte> note;
  std::uint64_t pending = 0;  ///< bytes that are kept in the note alone
  std::uint64_t size = 0;     ///< bytes that are kept, in segments and note
};

/// A blob that one stream of bytes makes in several goes: an upload under way. Each step ends a segment, for good, and a fresh
/// one with a key of its own goes on: no key ever seals two different bytes under one nonce, whatever is lost in between. Memory:
/// a few chunks, and some 200 bytes for each segment.
class GrowingBlob {
 public:
  /// Made by Content::grow().
  GrowingBlob(Content& content, Turn turn, Manifest manifest, std::shared_ptr<const crypt::Key> key,
              std::optional<crypt::Blake3> digest, std::vector<std::byte> pending);
  GrowingBlob(const GrowingBlob&) = delete;
  GrowingBlob& operator=(const GrowingBlob&) = delete;

  /// Appends. Throws what the store throws: what came since the last step is then lost.
  Task<> write(std::span<const std::byte> plain);

  /// Bytes written, durable or not.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// What is durable of it, as the last step has left it.
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }

  /// Makes whole chunks durable; write() can go on. What is no whole chunk yet is kept in memory alone: the step has none of it.
  Task<GrowthStep> checkpoint();
  /// Makes all that came durable, as far as it is to go on later.
  Task<GrowthStep> pause();
  /// Makes all of it durable: the blob is whole.
  Task<GrowthStep> close();

  /// Gives up what came since the last step.
  Task<> discard();

 private:
  Task<> begin_segment();
  Task<> keep(Segment segment);
  [[nodiscard]] GrowthStep step(bool grown, std::span<const std::byte> pending) const;
  [[nodiscard]] std::vector<std::byte> note(std::span<const std::byte> pending) const;

  Content& content_;
  Turn turn_;
  Manifest manifest_;
  std::shared_ptr<const crypt::Key> key_;  // null: nothing is sealed
  crypt::Blake3 digest_;
  bool knows_digest_;
  std::vector<std::byte> pending_;  // while there is no segment: too little for one
  std::unique_ptr<SegmentWriter> segment_;
  std::uint64_t size_;
};

/// What a note holds.
struct GrowthNote {
  std::optional<crypt::Blake3> digest;  ///< none if another version of the program has saved it
  std::vector<std::byte> pending;
};

/// Reads an opened note. kCorrupt.
[[nodiscard]] Result<GrowthNote> read_growth_note(std::span<const std::byte> note);

}  // namespace cairn::content
