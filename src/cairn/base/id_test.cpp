#include "cairn/base/id.h"

#include <set>
#include <vector>

namespace cairn {
namespace {

struct Thing {
  static constexpr std::string_view kPrefix = "thing";
};
using ThingId = Id<Thing>;

// From the vectors of the TypeID specification (valid.json): the suffix of each UUID.
TEST(Id, IsWrittenAsTheTypeIdSpecificationSays) {
  EXPECT_EQ(encode_base32(Uuid{}), "00000000000000000000000000");
  Uuid most;
  most.fill(std::byte{0xff});
  EXPECT_EQ(encode_base32(most), "7zzzzzzzzzzzzzzzzzzzzzzzzz");
  Uuid ten{};
  ten[15] = std::byte{10};
  EXPECT_EQ(encode_base32(ten), "0000000000000000000000000a");
  Uuid sixteen{};
  sixteen[15] = std::byte{16};
  EXPECT_EQ(encode_base32(sixteen), "0000000000000000000000000g");
}

TEST(Id, ComesBackFromItsWrittenForm) {
  for (int i = 0; i < 1000; ++i) {
    const auto id = ThingId::make(SystemClock().now());
    EXPECT_EQ(ThingId::parse(id.text()), id);
  }
}

TEST(Id, AnythingElseIsNoId) {
  const auto good = ThingId::make(Instant{}).text();
  const std::vector<std::string> wrong_ones{"",
                                            "thing",
                                            "thing_",
                                            "other" + good.substr(5),
                                            good + "0",
                                            good.substr(0, good.size() - 1),
                                            "thing_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                                            "thing_0000000000000000000000000u",
                                            "THING" + good.substr(5)};
  for (const auto& wrong : wrong_ones) EXPECT_EQ(ThingId::parse(wrong), std::nullopt) << wrong;
}

TEST(Id, IsAVersion7UuidThatCarriesItsTime) {
  const auto uuid = make_uuid(Instant{std::chrono::milliseconds{0x0123456789ab}});
  EXPECT_EQ(uuid[0], std::byte{0x01});
  EXPECT_EQ(uuid[5], std::byte{0xab});
  EXPECT_EQ(uuid[6] >> 4, std::byte{7});
  EXPECT_EQ(uuid[8] >> 6, std::byte{2});
}

TEST(Id, NoTwoAreAlikeWithinOneMillisecond) {
  std::set<ThingId> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(ThingId::make(Instant{}));
  EXPECT_EQ(seen.size(), 10'000u);
}

}  // namespace
}  // namespace cairn
