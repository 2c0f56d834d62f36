#include "cairn/net/problem.h"

#include <array>

namespace cairn::net {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Problem, EachKindOfErrorHasItsStatus) {
  struct Case {
    ErrorCode code;
    int status;
  };
  constexpr std::array kCases{
      Case{ErrorCode::kInvalidInput, 400},
      Case{ErrorCode::kNotFound, 404},
      Case{ErrorCode::kAlreadyExists, 409},
      Case{ErrorCode::kPreconditionFailed, 412},
      Case{ErrorCode::kUnauthenticated, 401},
      Case{ErrorCode::kTooManyAttempts, 429},
      Case{ErrorCode::kQuotaExceeded, 507},
      Case{ErrorCode::kConflict, 409},
      Case{ErrorCode::kDenied, 403},
      Case{ErrorCode::kRangeNotSatisfiable, 416},
      Case{ErrorCode::kNoSpace, 507},
      Case{ErrorCode::kUnavailable, 503},
      Case{ErrorCode::kIo, 500},
      Case{ErrorCode::kCorrupt, 500},
      Case{ErrorCode::kInternal, 500},
  };
  for (const auto& [code, status] : kCases) {
    const auto answer = problem(Error{code, "What happened.", "/field"}, "req_1");
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(status_of(code), status);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("type":"/problems/)"), HasSubstr(R"("request_id":"req_1")")));
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
}

TEST(Problem, NamesTheFieldAtFaultAndSaysWhatToDo) {
  const auto answer = problem(Error{ErrorCode::kInvalidInput, "A name has at most 255 bytes.", "/name"}, "req_1");
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("detail":"A name has at most 255 bytes.")"), HasSubstr(R"("pointer":"/name")")));
}

TEST(Problem, WhatWentWrongInsideStaysInside) {
  for (const auto code : {ErrorCode::kIo, ErrorCode::kCorrupt, ErrorCode::kInternal}) {
    const auto answer = problem(Error{code, "/var/lib/cairn/content/aa: Input/output error", "/var/lib/cairn"}, "req_1");
    EXPECT_THAT(answer.body, Not(HasSubstr("/var/lib")));
  }
}

TEST(Problem, ABusyServerSaysWhenToComeBack) {
  const auto answer = problem(Error{ErrorCode::kUnavailable, "The server is busy."}, "req_1");
  EXPECT_THAT(answer.fields, ::testing::Contains(::testing::Pair("Retry-After", ::testing::_)));
}

TEST(Request, KnowsItsMethodsByName) {
  EXPECT_EQ(name_of(Method::kGet), "GET");
  EXPECT_EQ(name_of(Method::kOptions), "OPTIONS");
}

}  // namespace
}  // namespace cairn::net
