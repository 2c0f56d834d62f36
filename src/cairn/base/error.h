#pragma once
// base/: what every folder speaks in: errors, ids, time, text, secrets, configuration, log and metrics. Does no input
// or output of its own, but for the log's one line to a file descriptor.

#include <cstdint>
#include <exception>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace cairn {

/// What the caller can do about an error. One switch without default maps these to HTTP (net/problem.cpp), another to
/// exit codes of the command line (app/exit_code.cpp).
enum class ErrorCode {
  kInvalidInput,         ///< what was asked is malformed or outside the allowed range: ask differently
  kUnsupportedMedia,     ///< the body is of a kind that is not taken here
  kChecksumMismatch,     ///< the bytes that came are not those that were sent: send them again
  kNotFound,             ///< it does not exist, or the caller may not know of it
  kAlreadyExists,        ///< the name or id is taken
  kConflict,             ///< it changed meanwhile: read again, then decide
  kLocked,               ///< somebody else is at work on it: wait
  kGone,                 ///< it was here, and its time is over
  kPreconditionFailed,   ///< it is not what the caller said it must be: read again, then decide
  kUnauthenticated,      ///< nobody that we know, or no longer: sign in
  kDenied,               ///< the caller may not do this
  kReusedKey,            ///< the key that makes a request repeatable was used for another one: take a fresh one
  kTooManyAttempts,      ///< the budget for guesses is used up: wait
  kTooManyUploads,       ///< as many are under way as are kept: finish some
  kQuotaExceeded,        ///< the space is full: delete something, or ask for more
  kRangeNotSatisfiable,  ///< the range asked for lies outside: ask for less
  kNoSpace,              ///< the disk is full
  kUnavailable,          ///< try again later: a queue is full, a server is away
  kIo,                   ///< the disk or the network failed; what was being written is lost
  kCorrupt,              ///< bytes are not what was stored
  kInternal,             ///< a defect of Cairn
};

/// An error as a value: what kind, one sentence that a person can act on, and the field, file or key at fault (may be
/// empty). Neither text ever holds a secret.
struct Error {
  ErrorCode code;
  std::string message;
  std::string subject{};
  std::uint32_t retry_after = 0;  ///< seconds after which it may work, if that is known

  friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or the Error that the caller is expected to deal with.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

/// What a function returns to fail: `return failure(ErrorCode::kNotFound, "There is no …");`
[[nodiscard]] inline std::unexpected<Error> failure(ErrorCode code, std::string message, std::string subject = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(subject)});
}

/// Passes an error of one Result on as another's.
template <class T>
[[nodiscard]] std::unexpected<Error> failure(const Result<T>& failed) {
  return std::unexpected(failed.error());
}

/// An error that ends the request or the command: thrown, caught by the HTTP dispatcher, the job runner and main alone.
class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  Error error_;
};

/// The value, or the error thrown as a Failure: for a caller that could do nothing else about it.
template <class T>
T value_or_throw(Result<T> result) {
  if (!result) throw Failure(std::move(result).error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace cairn
