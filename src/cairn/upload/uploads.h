#pragma once
#include <memory>

#include "cairn/upload/begin_upload.h"
#include "cairn/upload/join_parts.h"
#include "cairn/upload/take_upload.h"
#include "cairn/upload/upload_stream.h"

namespace cairn::upload {

/// Uploads under way: what needs both their rows and their content. Everything else is an operation, given to the database as it
/// is. Safe to use from several threads.
class Uploads {
 public:
  Uploads(UploadStream::Parts parts, const Limits& limits);

  [[nodiscard]] const Limits& limits() const { return limits_; }

  /// Begins an upload; `stream`, if there is one, goes on with it at once. None if this very request has begun it before, or
  /// nothing comes with it and it is not whole without. Throws as BeginUpload.
  struct Begun {
    Upload upload;
    std::unique_ptr<UploadStream> stream{};
  };
  Task<Begun> begin(Turn turn, BeginUpload change, bool goes_on, UploadStream::Keep keep);

  /// Begins a go of an upload. Throws as TakeUpload.
  struct Go {
    UploadId id{};
    std::int64_t offset = 0;
    std::optional<std::int64_t> coming{};
    std::optional<std::int64_t> declared{};
    UploadStream::Keep keep = UploadStream::Keep::kAsItComes;
  };
  Task<std::unique_ptr<UploadStream>> take(Turn turn, account::Principal who, Go go);

  /// Makes a file of parts. Throws as JoinParts.
  Task<Finished> join(Turn turn, JoinParts change);

 private:
  Task<std::unique_ptr<content::GrowingBlob>> grow(Turn turn, const Upload& upload, Taken taken) const;
  std::unique_ptr<UploadStream> stream(Turn turn, account::Principal who, Upload upload, UploadStream::Keep keep,
                                       std::unique_ptr<content::GrowingBlob> blob) const;

  const UploadStream::Parts parts_;
  const Limits limits_;
};

}  // namespace cairn::upload
