#include "cairn/base/time.h"

namespace cairn {
namespace {

using std::chrono::microseconds;

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(format_rfc3339(Instant{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(Instant{microseconds{1'795'557'344'123'999}}), "2026-11-24T21:55:44.123Z");
}

TEST(Time, BeforeTheEpochKeepsItsOrder) { EXPECT_EQ(format_rfc3339(Instant{microseconds{-1}}), "1969-12-31T23:59:59.999Z"); }

}  // namespace
}  // namespace cairn
