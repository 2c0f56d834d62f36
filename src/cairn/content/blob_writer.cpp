#include "cairn/content/blob_writer.h"

#include <algorithm>

namespace cairn::content {
namespace {

constexpr std::size_t kChunk = crypt::SegmentLayout::kChunkBytes;
constexpr std::size_t kFlushAt = 256u << 10;  // what is handed to the disk at once

}  // namespace

BlobWriter::BlobWriter(std::unique_ptr<store::ObjectWriter> object, const Place& place, const crypt::Key* scope_key)
    : object_(std::move(object)), place_(place) {
  out_.reserve(kFlushAt + crypt::SegmentLayout::kSealedChunkBytes);
  if (scope_key == nullptr) return;
  const auto key = crypt::Key::make();
  const auto& segment = place.segment.uuid();
  wrapped_ = crypt::wrap(*scope_key, {.scope = place.key_scope, .subject = segment, .version = kScopeKeyVersion}, key);
  sealer_.emplace(key, segment);
  chunk_.reserve(kChunk);
  out_.assign(sealer_->header().begin(), sealer_->header().end());
}

Task<> BlobWriter::write(std::span<const std::byte> plain) {
  while (!plain.empty()) {
    const auto piece = plain.first(std::min(plain.size(), kChunk));
    plain = plain.subspan(piece.size());
    digest_.update(piece);
    crc32_.update(piece);
    size_ += piece.size();
    if (!sealer_) {
      out_.insert(out_.end(), piece.begin(), piece.end());
    } else {
      // A chunk is sealed when a byte of the next one is here: only then is it known not to be the last.
      auto rest = piece;
      while (!rest.empty()) {
        if (chunk_.size() == kChunk) {
          seal(chunk_, false);
          chunk_.clear();
        }
        const auto room = std::min(rest.size(), kChunk - chunk_.size());
        chunk_.insert(chunk_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(room));
        rest = rest.subspan(room);
      }
    }
    if (out_.size() >= kFlushAt) co_await flush();
  }
}

Task<Manifest> BlobWriter::finish() {
  if (sealer_) seal(chunk_, true);
  co_await flush();
  const Segment segment{.id = place_.segment,
                        .start = 0,
                        .length = size_,
                        .object = place_.object,
                        .object_offset = 0,
                        .stored_length = stored_,
                        .suite = sealer_ ? Suite::kCfe1 : Suite::kPlain,
                        .ending = crypt::Ending::kClosed,
                        .crc32 = crc32_.value(),
                        .wrapped = wrapped_};
  Manifest manifest{.id = place_.blob, .key_scope = place_.key_scope, .size = size_, .digest = digest_.digest(), .segments = {}};
  manifest.segments.push_back(segment);
  co_return manifest;
}

void BlobWriter::seal(std::span<const std::byte> plain, bool last) {
  const auto at = out_.size();
  out_.resize(at + plain.size() + crypt::AesGcm::kTagBytes);
  sealer_->seal(plain, last, std::span(out_).subspan(at));
}

Task<> BlobWriter::flush() {
  co_await object_->write(out_);
  stored_ += out_.size();
  out_.clear();
}

}  // namespace cairn::content
