#include "cairn/base/utf8.h"

namespace cairn {
namespace {

TEST(Utf8, AcceptsEveryLengthOfSequence) {
  for (const auto* good : {"", "a", "ä", "€", "𝄞", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutShort) {
  for (const auto* wrong : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xe0\x80\xaf", "\xe2\x82", "\xed\xa0\x80",
                            "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xe2\x82z"})
    EXPECT_FALSE(is_valid_utf8(wrong));
}

TEST(Utf8, WrongBytesAreReplacedOneByOne) {
  EXPECT_EQ(with_valid_utf8("a\xff\xc3(ä"), "a\xef\xbf\xbd\xef\xbf\xbd(ä");
  EXPECT_TRUE(is_valid_utf8(with_valid_utf8("\xf0\x9f\x92")));
}

}  // namespace
}  // namespace cairn
