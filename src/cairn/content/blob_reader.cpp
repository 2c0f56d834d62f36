#include "cairn/content/blob_reader.h"

#include <algorithm>
#include <optional>

namespace cairn::content {
namespace {

using crypt::SegmentLayout;

constexpr std::uint64_t kChunk = SegmentLayout::kChunkBytes;

Failure damaged(const BlobId& blob) { return Failure({ErrorCode::kCorrupt, "The stored content is damaged.", blob.text()}); }

// The bytes may be as they were written: what cannot be read is their key.
Failure key_not_right(const BlobId& blob) {
  return Failure({ErrorCode::kUnavailable, "The content's key cannot be read. Restore the keys from their backup.", blob.text()});
}

// Reads all of `into`, which lies inside the reader's range.
Task<> read_exactly(store::ObjectReader& object, std::span<std::byte> into) {
  while (!into.empty()) {
    const auto got = co_await object.read(into);
    if (got == 0) throw Failure({ErrorCode::kCorrupt, "An object ends too early."});
    into = into.subspan(got);
  }
}

}  // namespace

BlobReader::BlobReader(store::ObjectStore& store, ScopeKeys& keys, Turn turn, Manifest manifest, store::ByteRange range)
    : store_(store),
      keys_(keys),
      turn_(turn),
      manifest_(std::move(manifest)),
      at_(range.offset),
      end_(range.offset + range.length) {}

Task<std::size_t> BlobReader::read(std::span<std::byte> into) {
  if (failed_) throw Failure({ErrorCode::kIo, "A read that failed cannot go on.", manifest_.id.text()});
  failed_ = true;  // until this ends well
  const auto got = co_await read_some(into);
  failed_ = false;
  co_return got;
}

Task<std::size_t> BlobReader::read_some(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size() && at_ < end_) {
    if (segment_ == nullptr || at_ >= segment_->start + segment_->length) {
      const auto next = std::ranges::find_if(manifest_.segments, [&](const Segment& segment) {
        return at_ >= segment.start && at_ < segment.start + segment.length;
      });
      if (next == manifest_.segments.end()) throw damaged(manifest_.id);
      co_await open_segment(*next);
    }
    const auto rest = into.subspan(done);
    std::size_t got = 0;
    if (opener_ == nullptr) {
      got = co_await read_plain(rest);
    } else {
      if (chunk_at_ == chunk_.size()) co_await fill_chunk();
      got = std::min({rest.size(), chunk_.size() - chunk_at_, static_cast<std::size_t>(end_ - at_)});
      std::copy_n(chunk_.begin() + static_cast<std::ptrdiff_t>(chunk_at_), got, rest.begin());
      chunk_at_ += got;
    }
    at_ += got;
    done += got;
  }
  co_return done;
}

std::uint64_t BlobReader::end_in(const Segment& segment) const {
  return std::min(end_, segment.start + segment.length) - segment.start;
}

Task<std::shared_ptr<const crypt::Key>> BlobReader::scope_key() {
  std::optional<Error> failed;
  try {
    auto key = co_await keys_.get(turn_, manifest_.key_scope);
    co_return key;
  } catch (const Failure& failure) {
    failed = failure.error();
  }
  if (failed->code == ErrorCode::kCorrupt) throw key_not_right(manifest_.id);
  throw Failure(*failed);
}

Task<std::unique_ptr<store::ObjectReader>> BlobReader::open_object(const Segment& segment, store::ByteRange range) {
  auto opened = co_await store_.open(turn_, segment.object, range);
  if (!opened && opened.error().code == ErrorCode::kRangeNotSatisfiable) throw damaged(manifest_.id);  // it was longer once
  co_return value_or_throw(std::move(opened));
}

Task<> BlobReader::open_segment(const Segment& segment) {
  const auto from = at_ - segment.start;
  const auto to = end_in(segment);
  segment_ = &segment;
  opener_ = nullptr;
  chunk_.clear();
  chunk_at_ = 0;
  if (segment.suite == Suite::kCfe1) {
    co_await open_sealed(segment, from, to);
    co_return;
  }
  object_ = co_await open_object(segment, {segment.object_offset + from, to - from});
}

// Opens the header, then the chunks that the range touches.
Task<> BlobReader::open_sealed(const Segment& segment, std::uint64_t from, std::uint64_t to) {
  const auto layout = SegmentLayout::of(segment.length, segment.ending);
  if (!layout || layout->stored_length() != segment.stored_length) throw damaged(manifest_.id);
  if (!segment.wrapped) throw key_not_right(manifest_.id);
  const auto wrapping = co_await scope_key();
  const crypt::WrapPlace place{.scope = manifest_.key_scope, .subject = segment.id.uuid(), .version = kScopeKeyVersion};
  const auto key = crypt::unwrap(*wrapping, place, *segment.wrapped);
  if (!key) throw key_not_right(manifest_.id);

  const auto head_object = co_await open_object(segment, {segment.object_offset, SegmentLayout::kHeaderBytes});
  crypt::SegmentHeader header;
  co_await read_exactly(*head_object, header);
  opener_ = std::make_unique<crypt::SegmentOpener>(value_or_throw(crypt::SegmentOpener::open(*key, segment.id.uuid(), header)));

  const auto first = from / kChunk;
  const auto last = (to - 1) / kChunk;
  const auto begin = SegmentLayout::chunk_offset(first);
  const auto end = SegmentLayout::chunk_offset(last) + layout->plain_size_of(last) + crypt::AesGcm::kTagBytes;
  object_ = co_await open_object(segment, {segment.object_offset + begin, end - begin});
  next_chunk_ = first;
  co_await fill_chunk();
  chunk_at_ = from - first * kChunk;
}

Task<> BlobReader::fill_chunk() {
  const auto layout = value_or_throw(SegmentLayout::of(segment_->length, segment_->ending));
  const auto size = layout.plain_size_of(next_chunk_);
  sealed_.resize(size + crypt::AesGcm::kTagBytes);
  co_await read_exactly(*object_, sealed_);
  chunk_.resize(size);
  if (!opener_->open_chunk(layout, next_chunk_, sealed_, chunk_)) throw damaged(manifest_.id);
  ++next_chunk_;
  chunk_at_ = 0;
}

Task<std::size_t> BlobReader::read_plain(std::span<std::byte> into) {
  const auto left = segment_->start + end_in(*segment_) - at_;
  into = into.first(std::min<std::uint64_t>(into.size(), left));
  const auto got = co_await object_->read(into);
  if (got == 0) throw damaged(manifest_.id);
  co_return got;
}

}  // namespace cairn::content
