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

TEST(Utf8, ATerminalIsShownNoControlCharacter) {
  EXPECT_EQ(printable("Übersicht 概要 (1).pdf"), "Übersicht 概要 (1).pdf");
  EXPECT_EQ(printable("a\nb\x1b[2J\x7f"), "a\\x0ab\\x1b[2J\\x7f");
  EXPECT_EQ(printable("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m")
      << "C1 control characters too";
  EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0");
}

}  // namespace
}  // namespace cairn
