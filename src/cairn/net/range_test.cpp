#include "cairn/net/range.h"

namespace cairn::net {
namespace {

std::expected<std::optional<Range>, Unsatisfiable> requested(std::string_view range, std::uint64_t size = 100,
                                                             std::vector<HeaderField> more = {}) {
  Request request;
  request.method = Method::kGet;
  request.fields = std::move(more);
  request.fields.push_back({"Range", range});
  return requested_range(request, "\"a\"", size);
}

TEST(RangeTest, WhatIsAskedForIsGiven) {
  const struct {
    std::string_view field;
    Range range;
  } kCases[]{{"bytes=0-9", {0, 10}},    {"bytes=90-", {90, 10}},  {"bytes=-10", {90, 10}},
             {"bytes=95-200", {95, 5}}, {"bytes=-500", {0, 100}}, {"bytes=0-99999999999999999999999", {0, 100}},
             {"BYTES=5-5", {5, 1}},     {"bytes= 5-5", {5, 1}}};
  for (const auto& [field, range] : kCases) {
    const auto got = requested(field);
    ASSERT_TRUE(got && *got) << field;
    EXPECT_EQ(**got, range) << field;
  }
}

TEST(RangeTest, WhatIsNoRangeOrSeveralIsAnsweredWithTheWhole) {
  for (const auto* field : {"bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=0 - 1",
                            "bytes=+1-2", "bytes=1-2-3", "bytes=0x1-2"}) {
    const auto got = requested(field);
    ASSERT_TRUE(got) << field;
    EXPECT_FALSE(*got) << field;
  }
}

TEST(RangeTest, WhatLiesPastTheEndCannotBeGiven) {
  EXPECT_FALSE(requested("bytes=100-"));
  EXPECT_FALSE(requested("bytes=99999999999999999999999-"));
  EXPECT_FALSE(requested("bytes=-0"));
  EXPECT_FALSE(requested("bytes=0-", 0));
  EXPECT_FALSE(requested("bytes=-5", 0));
}

TEST(RangeTest, ARangeOfAnotherStateIsNone) {
  EXPECT_TRUE(*requested("bytes=0-9", 100, {{"If-Range", "\"a\""}}));
  EXPECT_FALSE(*requested("bytes=0-9", 100, {{"If-Range", "\"b\""}}));
  EXPECT_FALSE(*requested("bytes=0-9", 100, {{"If-Range", "W/\"a\""}}));
  EXPECT_FALSE(*requested("bytes=0-9", 100, {{"If-Range", "Sun, 06 Nov 1994 08:49:37 GMT"}}));
}

TEST(RangeTest, ItIsToldAsTheStandardSays) { EXPECT_EQ(content_range({10, 5}, 100), "bytes 10-14/100"); }

}  // namespace
}  // namespace cairn::net
