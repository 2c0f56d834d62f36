#include "cairn/content/blob_reader.h"

#include <algorithm>
#include <optional>

namespace cairn::content {
namespace {

using crypt::SegmentLayout;

constexpr std::uint64_t kChunk = SegmentLayout::kChunkBytes;
constexpr std::uint64_t kMostChunks = 4;  // read at once

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
  auto reading = read_some(into);
  const auto got = co_await once(std::move(reading));
  co_return got;
}

Task<FilePiece> BlobReader::next_piece(std::size_t most) {
  auto reading = piece_of(most);
  const auto piece = co_await once(std::move(reading));
  co_return piece;
}

// What fails is the last that is read, and what it was read from is looked at afresh by whoever comes next.
template <class T>
Task<T> BlobReader::once(Task<T> reading) {
  if (failed_) throw Failure({ErrorCode::kIo, "A read that failed cannot go on.", manifest_.id.text()});
  try {
    auto got = co_await std::move(reading);
    co_return got;
  } catch (...) {
    failed_ = true;
    if (segment_ != nullptr) store_.let_go(segment_->object);
    throw;
  }
}

Task<FilePiece> BlobReader::piece_of(std::size_t most) {
  FilePiece piece;
  if (at_ < end_) co_await open_segment();
  if (at_ < end_ && opener_ == nullptr) piece = co_await object_->next_piece(most);
  at_ += piece.length;
  co_return piece;
}

Task<std::size_t> BlobReader::read_some(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size() && at_ < end_) {
    co_await open_segment();
    const auto rest = into.subspan(done);
    auto reading = opener_ == nullptr ? read_plain(rest) : read_sealed(rest);
    const auto got = co_await std::move(reading);
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

// Opens the segment that the next byte lies in, unless it is open.
Task<> BlobReader::open_segment() {
  if (segment_ != nullptr && at_ >= segment_->start && at_ < segment_->start + segment_->length) co_return;
  const auto next = std::ranges::find_if(
      manifest_.segments, [&](const Segment& segment) { return at_ >= segment.start && at_ < segment.start + segment.length; });
  if (next == manifest_.segments.end()) throw damaged(manifest_.id);
  segment_ = &*next;
  opener_ = nullptr;
  chunk_.clear();
  chunk_at_ = 0;
  const auto from = at_ - segment_->start;
  const auto to = end_in(*segment_);
  if (segment_->suite == Suite::kCfe1) {
    co_await open_sealed(*segment_, from, to);
  } else {
    object_ = co_await open_object(*segment_, {segment_->object_offset + from, to - from});
  }
}

// Opens the header, and the object at the first chunk that the range touches.
Task<> BlobReader::open_sealed(const Segment& segment, std::uint64_t from, std::uint64_t to) {
  const auto layout = SegmentLayout::of(segment.length, segment.ending);
  if (!layout || layout->stored_length() != segment.stored_length) throw damaged(manifest_.id);
  layout_ = *layout;
  if (!segment.wrapped) throw key_not_right(manifest_.id);
  const auto wrapping = co_await scope_key();
  const crypt::WrapPlace place{.scope = manifest_.key_scope, .subject = segment.id.uuid(), .version = kScopeKeyVersion};
  const auto key = crypt::unwrap(*wrapping, place, *segment.wrapped);
  if (!key) throw key_not_right(manifest_.id);

  const auto last = (to - 1) / kChunk;
  const auto end = SegmentLayout::chunk_offset(last) + layout_->plain_size_of(last) + crypt::AesGcm::kTagBytes;
  object_ = co_await open_object(segment, {segment.object_offset, end});
  crypt::SegmentHeader header;
  co_await read_exactly(*object_, header);
  opener_ = std::make_unique<crypt::SegmentOpener>(value_or_throw(crypt::SegmentOpener::open(*key, segment.id.uuid(), header)));

  next_chunk_ = from / kChunk;
  object_->skip(SegmentLayout::chunk_offset(next_chunk_) - SegmentLayout::kHeaderBytes);
}

// How many of the next chunks can be opened straight into a place of that size: those that the range holds whole.
std::uint64_t BlobReader::whole_chunks_for(std::size_t room) const {
  const auto from = at_ - segment_->start;
  const auto to = end_in(*segment_);
  std::uint64_t count = 0;
  while (from == next_chunk_ * kChunk && count < kMostChunks) {
    const auto index = next_chunk_ + count;
    if (index >= layout_->chunks() || index * kChunk + layout_->plain_size_of(index) > to) break;
    const auto size = layout_->plain_size_of(index);
    if (size > room) break;
    room -= size;
    ++count;
  }
  return count;
}

// Reads some bytes of a sealed segment: what is left of a chunk, or whole chunks into their place, or a chunk of which only a
// part is wanted now.
Task<std::size_t> BlobReader::read_sealed(std::span<std::byte> into) {
  if (chunk_at_ == chunk_.size()) {
    if (const auto count = whole_chunks_for(into.size()); count > 0) {
      const auto size = (count - 1) * kChunk + layout_->plain_size_of(next_chunk_ + count - 1);
      co_await open_chunks(count, into.first(size));
      co_return size;
    }
    const auto begin = next_chunk_ * kChunk;
    chunk_.resize(layout_->plain_size_of(next_chunk_));
    co_await open_chunks(1, chunk_);
    chunk_at_ = at_ - segment_->start - begin;
  }
  const auto got = std::min({into.size(), chunk_.size() - chunk_at_, static_cast<std::size_t>(end_ - at_)});
  std::copy_n(chunk_.begin() + static_cast<std::ptrdiff_t>(chunk_at_), got, into.begin());
  chunk_at_ += got;
  co_return got;
}

// Reads and opens the next chunks, which fill `into`.
Task<> BlobReader::open_chunks(std::uint64_t count, std::span<std::byte> into) {
  sealed_.resize(into.size() + count * crypt::AesGcm::kTagBytes);
  co_await read_exactly(*object_, sealed_);
  for (auto sealed = std::span(sealed_); count > 0; --count, ++next_chunk_) {
    const auto size = layout_->plain_size_of(next_chunk_);
    const auto with_tag = size + crypt::AesGcm::kTagBytes;
    if (!opener_->open_chunk(*layout_, next_chunk_, sealed.first(with_tag), into.first(size))) throw damaged(manifest_.id);
    sealed = sealed.subspan(with_tag);
    into = into.subspan(size);
  }
}

Task<std::size_t> BlobReader::read_plain(std::span<std::byte> into) {
  const auto left = segment_->start + end_in(*segment_) - at_;
  into = into.first(std::min<std::uint64_t>(into.size(), left));
  const auto got = co_await object_->read(into);
  if (got == 0) throw damaged(manifest_.id);
  co_return got;
}

}  // namespace cairn::content
