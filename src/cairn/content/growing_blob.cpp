#include "cairn/content/growing_blob.h"

#include <algorithm>

#include "cairn/content/content.h"

namespace cairn::content {
namespace {

constexpr std::size_t kChunk = crypt::SegmentLayout::kChunkBytes;
constexpr std::size_t kNumberBytes = 8;

void add_number(std::vector<std::byte>& bytes, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(number >> shift));
}

std::uint64_t number_in(std::span<const std::byte> bytes) {
  std::uint64_t number = 0;
  for (const auto byte : bytes.first(kNumberBytes)) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

}  // namespace

GrowingBlob::GrowingBlob(Content& content, Turn turn, Manifest manifest, std::shared_ptr<const crypt::Key> key,
                         std::optional<crypt::Blake3> digest, std::vector<std::byte> pending)
    : content_(content),
      turn_(turn),
      manifest_(std::move(manifest)),
      key_(std::move(key)),
      knows_digest_(digest.has_value()),
      pending_(std::move(pending)),
      size_(manifest_.size + pending_.size()) {
  if (digest) digest_ = *std::move(digest);
}

Task<> GrowingBlob::write(std::span<const std::byte> plain) {
  if (!segment_ && pending_.size() + plain.size() <= kChunk) {
    pending_.insert(pending_.end(), plain.begin(), plain.end());
  } else {
    if (!segment_) co_await begin_segment();
    co_await segment_->write(plain);
  }
  size_ += plain.size();
}

Task<> GrowingBlob::begin_segment() {
  segment_ = co_await content_.begin_segment(turn_, manifest_.key_scope, key_.get(), digest_);
  const auto pending = std::exchange(pending_, {});
  co_await segment_->write(pending);
}

// Only what is durable becomes part of the blob.
Task<> GrowingBlob::keep(Segment segment) {
  co_await segment_->commit();
  segment_.reset();
  segment.start = manifest_.size;
  manifest_.size += segment.length;
  manifest_.segments.push_back(segment);
}

Task<GrowthStep> GrowingBlob::checkpoint() {
  const bool grown = segment_ != nullptr;
  if (grown) {
    const auto segment = co_await segment_->cut();
    pending_.assign(segment_->rest().begin(), segment_->rest().end());
    co_await keep(segment);
  }
  co_return step(grown, {});
}

Task<GrowthStep> GrowingBlob::pause() {
  const bool grown = segment_ != nullptr;
  if (grown) {
    const auto segment = co_await segment_->cut();
    pending_.assign(segment_->rest().begin(), segment_->rest().end());
    co_await keep(segment);
  }
  co_return step(grown, pending_);
}

Task<GrowthStep> GrowingBlob::close() {
  if (!segment_ && !pending_.empty()) co_await begin_segment();
  const bool grown = segment_ != nullptr;
  if (grown) {
    const auto segment = co_await segment_->close();
    co_await keep(segment);
  }
  if (knows_digest_) manifest_.digest = digest_.digest();
  GrowthStep ended{
      .manifest = manifest_, .mac = content_.mac_of(manifest_), .grown = grown, .note = {}, .pending = 0, .size = manifest_.size};
  co_return ended;
}

Task<> GrowingBlob::discard() {
  if (!segment_) co_return;
  const auto segment = std::move(segment_);
  co_await segment->discard();
}

GrowthStep GrowingBlob::step(bool grown, std::span<const std::byte> pending) const {
  GrowthStep step{.manifest = manifest_,
                  .mac = content_.mac_of(manifest_),
                  .grown = grown,
                  .note = {},
                  .pending = pending.size(),
                  .size = manifest_.size + pending.size()};
  step.note = note(pending);
  return step;
}

std::vector<std::byte> GrowingBlob::note(std::span<const std::byte> pending) const {
  std::vector<std::byte> plain;
  const auto saved = knows_digest_ ? digest_.saved() : std::vector<std::byte>();
  add_number(plain, saved.size());
  plain.insert(plain.end(), saved.begin(), saved.end());
  plain.insert(plain.end(), pending.begin(), pending.end());
  return content_.seal_growth_note(key_.get(), manifest_, plain, manifest_.size + pending.size());
}

Result<GrowthNote> read_growth_note(std::span<const std::byte> note) {
  if (note.size() < kNumberBytes) return failure(ErrorCode::kCorrupt, "What was kept of an upload is damaged.");
  const auto saved = number_in(note);
  auto rest = note.subspan(kNumberBytes);
  if (saved > rest.size()) return failure(ErrorCode::kCorrupt, "What was kept of an upload is damaged.");
  GrowthNote read{.digest = crypt::Blake3::restored(rest.first(saved)), .pending = {}};
  rest = rest.subspan(saved);
  read.pending.assign(rest.begin(), rest.end());
  return read;
}

}  // namespace cairn::content
