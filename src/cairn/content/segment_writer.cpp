#include "cairn/content/segment_writer.h"

#include <algorithm>

namespace cairn::content {
namespace {

constexpr std::size_t kChunk = crypt::SegmentLayout::kChunkBytes;
constexpr std::size_t kFlushAt = 256u << 10;  // what is handed to the disk at once
constexpr std::size_t kOutBytes = kFlushAt + crypt::SegmentLayout::kSealedChunkBytes;

}  // namespace

SegmentWriter::SegmentWriter(std::unique_ptr<store::ObjectWriter> object, const Place& place, const crypt::Key* scope_key,
                             crypt::Blake3& digest)
    : object_(std::move(object)), place_(place), digest_(digest), out_(std::make_unique_for_overwrite<std::byte[]>(kOutBytes)) {
  if (scope_key == nullptr) return;
  const auto key = crypt::Key::make();
  const auto& segment = place.segment.uuid();
  wrapped_ = crypt::wrap(*scope_key, {.scope = place.key_scope, .subject = segment, .version = kScopeKeyVersion}, key);
  sealer_.emplace(key, segment);
  append(sealer_->header());
}

Task<> SegmentWriter::write(std::span<const std::byte> plain) {
  while (!plain.empty()) {
    // A chunk is sealed when a byte of the next one is here: only then is it known not to be the last.
    if (chunk_.size() == kChunk) {
      seal(chunk_, false);
      chunk_.clear();
    } else {
      const auto piece = plain.first(std::min(plain.size(), kChunk - chunk_.size()));
      plain = plain.subspan(piece.size());
      add(piece, plain.empty());
    }
    if (out_bytes_ >= kFlushAt) co_await flush();
  }
}

// At most a chunk, or what one still lacks.
void SegmentWriter::add(std::span<const std::byte> piece, bool may_be_last) {
  if (!sealer_) {
    count(piece);
    append(piece);
  } else if (piece.size() == kChunk && !may_be_last) {
    seal(piece, false);
  } else {
    chunk_.insert(chunk_.end(), piece.begin(), piece.end());
  }
}

Task<Segment> SegmentWriter::close() {
  if (sealer_) seal(chunk_, true);
  chunk_.clear();
  auto ending = end(crypt::Ending::kClosed);
  auto segment = co_await std::move(ending);
  co_return segment;
}

Task<Segment> SegmentWriter::cut() {
  if (chunk_.size() == kChunk) {
    seal(chunk_, false);
    chunk_.clear();
  }
  auto ending = end(sealer_ ? crypt::Ending::kCut : crypt::Ending::kClosed);
  auto segment = co_await std::move(ending);
  co_return segment;
}

Task<Segment> SegmentWriter::end(crypt::Ending ending) {
  co_await flush();
  co_return Segment{.id = place_.segment,
                    .start = 0,
                    .length = length_,
                    .object = place_.object,
                    .object_offset = 0,
                    .stored_length = stored_,
                    .suite = sealer_ ? Suite::kCfe1 : Suite::kPlain,
                    .ending = ending,
                    .crc32 = crc32_.value(),
                    .wrapped = wrapped_};
}

void SegmentWriter::count(std::span<const std::byte> plain) {
  digest_.update(plain);
  crc32_.update(plain);
  length_ += plain.size();
}

void SegmentWriter::seal(std::span<const std::byte> plain, bool last) {
  count(plain);
  const std::span place(out_.get() + out_bytes_, plain.size() + crypt::AesGcm::kTagBytes);
  sealer_->seal(plain, last, place);
  out_bytes_ += place.size();
}

void SegmentWriter::append(std::span<const std::byte> bytes) {
  std::ranges::copy(bytes, out_.get() + out_bytes_);
  out_bytes_ += bytes.size();
}

Task<> SegmentWriter::flush() {
  co_await object_->write({out_.get(), out_bytes_});
  stored_ += out_bytes_;
  out_bytes_ = 0;
}

}  // namespace cairn::content
