#pragma once
#include <functional>
#include <memory>

#include "cairn/content/content.h"
#include "cairn/db/database.h"
#include "cairn/upload/keep_step.h"

namespace cairn::upload {

/// One go of an upload: bytes on their way in, until the client stops. Whoever has one ends it, by end(), break_off() or drop();
/// a go that is only destroyed keeps the upload from others until its lease is over.
class UploadStream {
 public:
  /// What goes need. All of it outlives them.
  struct Parts {
    db::Database& database;
    content::Content& content;
    const ledger::Journal& journal;
    const Clock& clock;
    /// True while a principal's credential is as good as it was: account's to say.
    std::function<Task<bool>(Turn, account::Principal)> still_valid;
    std::chrono::microseconds recheck = std::chrono::seconds(5);  ///< how often a go looks again
  };
  /// Whether what came may be kept before all of it has come.
  enum class Keep {
    kAsItComes,
    kAllOrNothing,  ///< it is compared with a checksum first
  };

  /// Made by Uploads. `blob` null for an upload that is done.
  UploadStream(const Parts& parts, const Limits& limits, Turn turn, account::Principal who, Upload upload, Keep keep,
               std::unique_ptr<content::GrowingBlob> blob);
  UploadStream(const UploadStream&) = delete;
  UploadStream& operator=(const UploadStream&) = delete;

  /// Appends. Throws Failure(kInvalidInput) for bytes beyond its size, kUnauthenticated once its author's credential is no good
  /// any more, kLocked if it was taken over, kNotFound if it was ended, kQuotaExceeded, and what the store throws; what came
  /// since the last durable offset is then lost.
  Task<> write(std::span<const std::byte> bytes);

  /// All that was sent has come: makes it durable, and puts the file where it belongs if the upload is whole now. Throws Failure
  /// as FinishUpload; what came is kept all the same, and the next go, of no bytes, tries again.
  Task<Upload> end();

  /// The client is gone: keeps what came, if it may be kept; should that be all, the file is put where it belongs. Throws
  /// nothing: what could not be kept is sent again.
  Task<> break_off() noexcept;

  /// Gives up what came since the last durable offset. Throws nothing.
  Task<> drop() noexcept;

  /// Durable or not.
  [[nodiscard]] std::int64_t received() const { return received_; }

 private:
  Task<> append(std::span<const std::byte> bytes);
  Task<> look_again();
  Task<> reserve(std::int64_t end);
  [[nodiscard]] bool is_time_to_keep(std::int64_t end) const;
  Task<> checkpoint();
  Task<Upload> pause();
  Task<Upload> finish();
  [[nodiscard]] KeepStep change_for(const content::GrowthStep& step, bool goes_on) const;
  Task<Upload> keep(content::GrowthStep step, bool goes_on);
  Task<> release() noexcept;
  Task<> give_up(content::GrowthStep step) noexcept;
  Task<std::vector<std::byte>> head_of(content::Manifest manifest);
  void keep_head(std::span<const std::byte> bytes);

  const Parts& parts_;
  const Limits& limits_;
  Turn turn_;
  account::Principal who_;
  Upload upload_;
  Keep keep_;
  std::unique_ptr<content::GrowingBlob> blob_;
  const std::uint64_t segment_bytes_;
  std::int64_t received_;
  std::vector<std::byte> head_;  // of the content, if this go has begun it
  bool has_head_;
  Instant checked_at_;
  Instant renewed_at_;
  Instant kept_at_;
  bool failed_ = false;
};

}  // namespace cairn::upload
