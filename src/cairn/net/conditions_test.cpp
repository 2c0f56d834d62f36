#include "cairn/net/conditions.h"

namespace cairn::net {
namespace {

using enum Precondition;

const auto kModified = *parse_http_date("Tue, 24 Nov 2026 08:00:00 GMT") + std::chrono::milliseconds(700);

Precondition evaluated(Method method, std::vector<HeaderField> fields, std::string etag = "\"a\"") {
  Request request;
  request.method = method;
  request.fields = std::move(fields);
  return evaluate(request, {.etag = std::move(etag), .modified_at = kModified});
}

TEST(Conditions, IfMatchNeedsTheVerySameStrongTag) {
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "\"a\""}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "\"b\", \"a\""}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "\"b\""}, {"if-match", "\"a\""}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "*"}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "\"b\""}}), kFailed);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "W/\"a\""}}), kFailed);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "a"}}), kFailed) << "what is not well formed never matches";
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", ""}}), kFailed);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "*"}}, ""), kFailed) << "there is nothing";
}

TEST(Conditions, IfNoneMatchSparesWhatTheClientHasAndGuardsWhatMustNotBeThere) {
  EXPECT_EQ(evaluated(Method::kGet, {{"If-None-Match", "\"a\""}}), kNotModified);
  EXPECT_EQ(evaluated(Method::kHead, {{"If-None-Match", "W/\"a\""}}), kNotModified) << "weak comparison";
  EXPECT_EQ(evaluated(Method::kGet, {{"If-None-Match", "\"b\""}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-None-Match", "*"}}), kFailed);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-None-Match", "*"}}, ""), kHolds);
}

TEST(Conditions, DatesCountOnlyWhereNoTagIsSent) {
  EXPECT_EQ(evaluated(Method::kGet, {{"If-Modified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"}}), kNotModified);
  EXPECT_EQ(evaluated(Method::kGet, {{"If-Modified-Since", "Tue, 24 Nov 2026 07:59:59 GMT"}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Modified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"}}), kHolds) << "for reads alone";
  EXPECT_EQ(evaluated(Method::kGet, {{"If-None-Match", "\"b\""}, {"If-Modified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"}}),
            kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Unmodified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"}}), kHolds);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Unmodified-Since", "Tue, 24 Nov 2026 07:00:00 GMT"}}), kFailed);
  EXPECT_EQ(evaluated(Method::kPut, {{"If-Match", "\"a\""}, {"If-Unmodified-Since", "Tue, 24 Nov 2026 07:00:00 GMT"}}), kHolds);
  EXPECT_EQ(evaluated(Method::kGet, {{"If-Modified-Since", "yesterday"}}), kHolds) << "no date: no condition";
}

TEST(Conditions, AnIfMatchThatHoldsLeavesTheOtherToDecide) {
  EXPECT_EQ(evaluated(Method::kGet, {{"If-Match", "\"a\""}, {"If-None-Match", "\"a\""}}), kNotModified);
  EXPECT_EQ(evaluated(Method::kGet, {{"If-Match", "\"b\""}, {"If-None-Match", "\"a\""}}), kFailed);
}

TEST(Conditions, DatesAreReadInTheirThreeFormsAndWrittenInOne) {
  const auto date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(date);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), date);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), date);
  EXPECT_EQ(http_date(*date), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const auto* wrong : {"", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ", "1994-11-06T08:49:37Z"})
    EXPECT_FALSE(parse_http_date(wrong)) << wrong;
}

}  // namespace
}  // namespace cairn::net
