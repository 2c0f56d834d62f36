#include "cairn/upload/upload_stream.h"

#include <algorithm>

#include "cairn/base/mutant.h"
#include "cairn/tree/media_type.h"
#include "cairn/upload/take_upload.h"

namespace cairn::upload {
namespace {

constexpr int kRenewals = 3;                       // of a lease, before it is over
constexpr std::int64_t kReservedAtOnce = 8 << 20;  // of a size that is not known

std::uint64_t segment_bytes(const Upload& upload, const Limits& limits) {
  const auto size = static_cast<std::uint64_t>(upload.size.value_or(0));
  return std::max(limits.checkpoint_bytes, size / limits.most_segments);
}

}  // namespace

UploadStream::UploadStream(const Parts& parts, const Limits& limits, Turn turn, account::Principal who, Upload upload, Keep keep,
                           std::unique_ptr<content::GrowingBlob> blob)
    : parts_(parts),
      limits_(limits),
      turn_(turn),
      who_(std::move(who)),
      upload_(std::move(upload)),
      keep_(keep),
      blob_(std::move(blob)),
      segment_bytes_(segment_bytes(upload_, limits)),
      received_(upload_.received),
      has_head_(upload_.received == 0),
      checked_at_(parts.clock.now()),
      renewed_at_(checked_at_),
      kept_at_(checked_at_) {}

Task<> UploadStream::write(std::span<const std::byte> bytes) {
  if (failed_) throw Failure({ErrorCode::kInternal, "An upload that has failed is written to."});
  if (bytes.empty()) co_return;
  failed_ = true;  // unless all of it is well
  co_await append(bytes);
  failed_ = false;
}

Task<> UploadStream::append(std::span<const std::byte> bytes) {
  const auto end = received_ + static_cast<std::int64_t>(bytes.size());
  if (blob_ == nullptr || (upload_.size && end > *upload_.size))
    throw Failure({ErrorCode::kInvalidInput, "More bytes came than the upload has.", "Content-Length"});
  co_await look_again();
  if (end > upload_.reserved) co_await reserve(end);
  keep_head(bytes);
  co_await blob_->write(bytes);
  received_ = end;
  if (is_time_to_keep(end)) co_await checkpoint();
}

// Room for bytes that nobody has announced: some at once, or as many as are still free.
Task<> UploadStream::reserve(std::int64_t end) {
  auto more = ReserveMore{.space = upload_.space, .id = upload_.id, .fence = upload_.fence, .reserved = end + kReservedAtOnce};
  bool has_room = true;
  try {
    co_await parts_.database.write(turn_, more);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kQuotaExceeded) throw;
    has_room = false;
  }
  if (!has_room) {
    more.reserved = end;
    co_await parts_.database.write(turn_, more);
  }
  upload_.reserved = more.reserved;
}

bool UploadStream::is_time_to_keep(std::int64_t end) const {
  if (keep_ != Keep::kAsItComes || end == upload_.size) return false;
  const auto since = blob_->size() - blob_->manifest().size;
  const bool has_chunk = since > crypt::SegmentLayout::kChunkBytes;
  const auto now = parts_.clock.now();
  const bool is_late = now - kept_at_ >= limits_.checkpoint_interval || now < kept_at_;
  return since >= segment_bytes_ || (has_chunk && is_late);
}

// Now and then: whether its author is still let in, and that it is still at work.
Task<> UploadStream::look_again() {
  const auto now = parts_.clock.now();
  if (now - checked_at_ >= parts_.recheck || now < checked_at_) {
    const bool valid = co_await parts_.still_valid(turn_, who_);
    if (!valid) throw Failure({ErrorCode::kUnauthenticated, "You are not signed in any more."});
    checked_at_ = now;
  }
  if (now - renewed_at_ < limits_.lease / kRenewals && now >= renewed_at_) co_return;
  auto renew = RenewLease{.space = upload_.space, .id = upload_.id, .fence = upload_.fence, .lease = limits_.lease};
  co_await parts_.database.write(turn_, renew);
  renewed_at_ = now;
}

void UploadStream::keep_head(std::span<const std::byte> bytes) {
  if (!has_head_) return;
  const auto missing = std::min(tree::kSniffedBytes - head_.size(), bytes.size());
  head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(missing));
}

Task<> UploadStream::checkpoint() {
  auto step = co_await blob_->checkpoint();
  auto keeping = keep(std::move(step), true);
  auto kept = co_await std::move(keeping);
  upload_.received = kept.received;
  upload_.reserved = kept.reserved;
  renewed_at_ = parts_.clock.now();
  kept_at_ = renewed_at_;
}

KeepStep UploadStream::change_for(const content::GrowthStep& step, bool goes_on) const {
  return {.who = who_,
          .limits = limits_,
          .space = upload_.space,
          .id = upload_.id,
          .fence = upload_.fence,
          .size = upload_.size,
          .step = step,
          .goes_on = goes_on};
}

// A step is recorded, or leaves nothing behind.
Task<Upload> UploadStream::keep(content::GrowthStep step, bool goes_on) {
  auto change = change_for(step, goes_on);
  std::exception_ptr refused;
  try {
    auto kept = co_await parts_.database.write(turn_, std::move(change));
    co_return kept;
  } catch (const Failure& failure) {
    if (content::Content::may_be_recorded(failure)) throw;
    refused = std::current_exception();
  }
  co_await give_up(std::move(step));
  std::rethrow_exception(refused);
}

// What cannot be removed now is found by listing.
Task<> UploadStream::give_up(content::GrowthStep step) noexcept {
  try {
    co_await parts_.content.drop(turn_, step);
  } catch (const Failure&) {
    co_return;
  }
}

Task<Upload> UploadStream::end() {
  if (blob_ == nullptr) co_return upload_;
  if (failed_) throw Failure({ErrorCode::kInternal, "An upload that has failed is ended."});
  failed_ = true;  // unless all of it is well
  const bool valid = co_await parts_.still_valid(turn_, who_);
  if (!valid) throw Failure({ErrorCode::kUnauthenticated, "You are not signed in any more."});
  auto ending = upload_.size == received_ ? finish() : pause();
  auto ended = co_await std::move(ending);
  co_return ended;
}

Task<Upload> UploadStream::pause() {
  auto step = co_await blob_->pause();
  auto keeping = keep(std::move(step), false);
  auto kept = co_await std::move(keeping);
  co_return kept;
}

Task<Upload> UploadStream::finish() {
  // Looked at before anything is made durable, so that a look which fails leaves nothing.
  const bool is_whole = upload_.kind == Kind::kWhole;
  if (is_whole && !has_head_ && blob_->manifest().size > 0) {
    auto looking = head_of(blob_->manifest());
    auto head = co_await std::move(looking);
    head_ = std::move(head);
    has_head_ = true;
  }
  auto step = co_await blob_->close();
  if (!is_whole) {
    auto keeping = keep(std::move(step), false);
    auto kept = co_await std::move(keeping);
    co_return kept;
  }
  if (!has_head_ && step.manifest.size > 0) {  // all of it lay in the note
    auto looking = head_of(step.manifest);
    auto head = co_await std::move(looking);
    head_ = std::move(head);
  }
  auto change = FinishUpload{.request = {.journal = &parts_.journal,
                                         .operation = ledger::Operation::once(parts_.clock.now(), who_.person.uuid()),
                                         .who = who_},
                             .keep = change_for(step, false),
                             .head = head_};
  std::exception_ptr refused;
  try {
    auto finished = co_await parts_.database.write(turn_, std::move(change));
    co_return std::move(finished.upload);
  } catch (const Failure& failure) {
    if (content::Content::may_be_recorded(failure)) throw;
    refused = std::current_exception();
  }
  // Its place is refused. All of it is kept, so that nothing has to be sent again once it is granted.
  auto keeping = keep(std::move(step), false);
  co_await std::move(keeping);
  std::rethrow_exception(refused);
}

// The first bytes tell what a file is. Those of an earlier go are read again; what cannot be read tells nothing.
Task<std::vector<std::byte>> UploadStream::head_of(content::Manifest manifest) {
  std::vector<std::byte> head(std::min<std::uint64_t>(tree::kSniffedBytes, manifest.size));
  try {
    const auto reader = value_or_throw(parts_.content.open(turn_, std::move(manifest), store::ByteRange{0, head.size()}));
    const auto got = co_await reader->read(head);
    head.resize(got);
  } catch (const Failure&) {
    head.clear();  // the name has to do
  }
  co_return head;
}

Task<> UploadStream::break_off() noexcept {
  if (blob_ == nullptr) co_return;
  if (failed_ || keep_ == Keep::kAllOrNothing) {
    co_await drop();
    co_return;
  }
  failed_ = true;
  try {
    const bool valid = co_await parts_.still_valid(turn_, who_);
    if (valid) {
      auto keeping = upload_.size == received_ ? finish() : pause();
      co_await std::move(keeping);
      co_return;
    }
  } catch (...) {
    failed_ = true;  // as if it had not come: the client asks how far the upload is
  }
  co_await drop();
}

Task<> UploadStream::drop() noexcept {
  if (blob_ == nullptr) co_return;
  failed_ = true;
  try {
    co_await blob_->discard();
  } catch (...) {
    failed_ = true;  // the temporary is swept at the next start
  }
  co_await release();
}

Task<> UploadStream::release() noexcept {
  try {
    auto now = ReleaseUpload{.space = upload_.space, .id = upload_.id, .fence = upload_.fence};
    co_await parts_.database.write(turn_, now);
  } catch (...) {
    co_return;  // the lease ends by itself
  }
}

}  // namespace cairn::upload
