#include "cairn/app/exit_code.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <sysexits.h>

namespace cairn::app {

static_assert(kExitConfig == EX_CONFIG);

int exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kUnsupportedMedia:
    case ErrorCode::kReusedKey:
    case ErrorCode::kRangeNotSatisfiable: return EX_USAGE;
    case ErrorCode::kNotFound:
    case ErrorCode::kGone: return EX_NOINPUT;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kQuotaExceeded: return EX_CANTCREAT;
    case ErrorCode::kConflict:
    case ErrorCode::kLocked:
    case ErrorCode::kChecksumMismatch:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kTooManyAttempts:
    case ErrorCode::kTooManyUploads: return EX_TEMPFAIL;
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kDenied: return EX_NOPERM;
    case ErrorCode::kNoSpace:
    case ErrorCode::kIo: return EX_IOERR;
    case ErrorCode::kUnavailable: return EX_UNAVAILABLE;
    case ErrorCode::kCorrupt: return EX_DATAERR;
    case ErrorCode::kInternal: return EX_SOFTWARE;
  }
  std::unreachable();
}

void warn(const std::string& line) { std::fputs((line + "\n").c_str(), stderr); }

int complain(const Error& error) {
  warn("cairn: " + error.message);
  return exit_code_of(error.code);
}

}  // namespace cairn::app
