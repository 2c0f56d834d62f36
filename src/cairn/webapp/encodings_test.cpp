#include "cairn/webapp/encodings.h"

#include <gtest/gtest.h>

namespace cairn::webapp {
namespace {

TEST(EncodingsTest, ACodingIsAcceptedIfItIsNamedAndNotRefused) {
  EXPECT_TRUE(accepts("gzip, deflate, br, zstd", "br"));
  EXPECT_TRUE(accepts("br;q=0.5", "br"));
  EXPECT_TRUE(accepts("GZIP", "gzip"));
  EXPECT_TRUE(accepts("deflate ,\tgzip ; q=1", "gzip"));
  EXPECT_FALSE(accepts("", "br"));
  EXPECT_FALSE(accepts("gzip", "br"));
  EXPECT_FALSE(accepts("brotli", "br"));
  EXPECT_FALSE(accepts("*", "br"));
  EXPECT_FALSE(accepts("br;q=0", "br"));
  EXPECT_FALSE(accepts("br; q=0.000, gzip", "br"));
  EXPECT_TRUE(accepts("br;q=0.001", "br"));
}

}  // namespace
}  // namespace cairn::webapp
