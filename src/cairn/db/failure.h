#pragma once
#include <string>

#include "cairn/base/error.h"

namespace cairn::db {

/// What a failed statement or COMMIT means to who sent it.
enum class FailureClass {
  kConflict,  ///< a unique value is taken: ErrorCode::kAlreadyExists
  kRetry,     ///< nothing was changed, and the same again may succeed: a lock, a serialisation failure. ErrorCode::kUnavailable
  kUnavailable,  ///< nothing was changed: the disk is full, the server is away, a page is damaged. kNoSpace, kUnavailable, kIo,
                 ///< kCorrupt
  kAmbiguous,    ///< a COMMIT was sent and its end is not known; the operation's id tells, once the database is back. kIo
  kBug,          ///< the statement is wrong: ErrorCode::kInternal
};

/// A failure of the database, thrown by the adapters. The text is the database's own and holds no bound values.
class DatabaseFailure final : public Failure {
 public:
  DatabaseFailure(FailureClass what, ErrorCode code, std::string message)
      : Failure(Error{code, std::move(message)}), class_(what) {}
  [[nodiscard]] FailureClass failure_class() const noexcept { return class_; }

 private:
  FailureClass class_;
};

}  // namespace cairn::db
