#include "cairn/base/time.h"

namespace cairn {
namespace {

using std::chrono::microseconds;

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339(Instant{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(Instant{microseconds{1'795'557'344'123'999}}), "2026-11-24T21:55:44.123Z");
}

TEST(Time, BeforeTheEpochKeepsItsOrder) { EXPECT_EQ(format_rfc3339(Instant{microseconds{-1}}), "1969-12-31T23:59:59.999Z"); }

TEST(Time, IsReadInAllFormsOfTheStandard) {
  const Instant expected{microseconds{1'795'557'344'123'000}};
  for (const auto* text : {"2026-11-24T21:55:44.123Z", "2026-11-24t21:55:44.123000999z", "2026-11-24 22:55:44.123+01:00",
                           "2026-11-24T16:25:44.123-05:30"})
    EXPECT_EQ(parse_rfc3339(text), expected) << text;
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), Instant{});
  for (const auto* wrong : {"", "2026-11-24", "2026-11-24T21:55:44", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z",
                            "2026-11-24T21:55Z", "2026-11-24T21:55:44.Z", "2026-11-24T21:55:44Zx", "26-11-24T21:55:44Z",
                            "2026-11-24T21:55:44+1:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+01:00"})
    EXPECT_FALSE(parse_rfc3339(wrong)) << wrong;
}

}  // namespace
}  // namespace cairn
