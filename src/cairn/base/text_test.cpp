#include "cairn/base/text.h"

#include <array>

namespace cairn {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Text, IsSplitIntoTrimmedParts) {
  EXPECT_THAT(split(" a, b ,,c", ','), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split(" , ,", ','), IsEmpty());
  EXPECT_THAT(split("", ','), IsEmpty());
}

TEST(Text, NumbersAreTakenWholeOrNotAtAll) {
  EXPECT_EQ(parse_unsigned("18446744073709551615"), 18446744073709551615u);
  for (const auto* wrong : {"", "-1", "+1", " 1", "1 ", "0x10", "1.5", "18446744073709551616"})
    EXPECT_EQ(parse_unsigned(wrong), std::nullopt) << wrong;
}

// The examples of RFC 4648 §10, in the alphabet for URLs.
TEST(Text, Base64UrlIsThatOfTheRfcWithoutPadding) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : cases) {
    const auto bytes = std::as_bytes(std::span(plain, std::string_view(plain).size()));
    EXPECT_EQ(base64url(bytes), encoded);
    EXPECT_THAT(from_base64url(encoded), ::testing::Optional(::testing::ElementsAreArray(bytes)));
  }
  EXPECT_EQ(base64url(std::array{std::byte{0xfb}, std::byte{0xff}}), "-_8");
}

TEST(Text, NoTwoTextsAreTheSameBytesInBase64Url) {
  for (const auto* wrong : {"Z", "Zh", "Zm9", "Zg==", "Zm 8", "Zm+8", "Zm9vY"})
    EXPECT_EQ(from_base64url(wrong), std::nullopt) << wrong;
}

TEST(Text, HexHasTwoDigitsForEachByte) { EXPECT_EQ(hex(std::array{std::byte{0}, std::byte{0x7f}, std::byte{0xff}}), "007fff"); }

TEST(Text, HexComesBackAsTheBytesItWas) {
  EXPECT_THAT(from_hex("007fff"), ::testing::Optional(::testing::ElementsAre(std::byte{0}, std::byte{0x7f}, std::byte{0xff})));
  for (const auto* wrong : {"0", "0g", "FF", "0x"}) EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Text, HostAndHeaderNamesAreEqualWhateverTheirCase) {
  EXPECT_TRUE(ascii_equals_ignoring_case("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(ascii_equals_ignoring_case("Content-Length", "Content-Lengt"));
  EXPECT_EQ(ascii_lowercase("X-Ärger"), "x-Ärger") << "bytes beyond ASCII stay";
}

TEST(Text, AMistypedWordFindsTheOneMeant) {
  constexpr std::array<std::string_view, 3> kKeys{"http.listen", "log.level", "database.url"};
  EXPECT_EQ(nearest("http.lsiten", kKeys), "http.listen");
  EXPECT_EQ(nearest("loglevel", kKeys), "log.level");
  EXPECT_EQ(nearest("frobnicate", kKeys), std::nullopt);
}

}  // namespace
}  // namespace cairn
