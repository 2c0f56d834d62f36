#include "cairn/net/target.h"

namespace cairn::net {
namespace {

TEST(Target, PercentEncodingComesOffAndGoesOn) {
  EXPECT_EQ(percent_decode("a%20b%2Fc+d"), "a b/c+d");
  EXPECT_EQ(percent_decode("%c3%A4"), "ä");
  for (const auto* wrong : {"%", "%2", "%zz", "a%2", "% 2"}) EXPECT_FALSE(percent_decode(wrong)) << wrong;
  EXPECT_EQ(percent_encode("a b/ä.txt", true), "a%20b/%C3%A4.txt");
  EXPECT_EQ(percent_encode("a b/ä.txt", false), "a%20b%2F%C3%A4.txt");
}

TEST(Target, AQueryIsNamesAndValues) {
  const auto parameters = parse_parameters("a=1&b=x+y%26z&c&&d=");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters, (Parameters{{"a", "1"}, {"b", "x y&z"}, {"c", ""}, {"d", ""}}));
  EXPECT_TRUE(parse_parameters("")->empty());
  EXPECT_FALSE(parse_parameters("a=%"));
  EXPECT_FALSE(parse_parameters("a=1&a=2"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "p" + std::to_string(i) + "=&";
  EXPECT_FALSE(parse_parameters(many)) << "each is compared with those before it";
}

}  // namespace
}  // namespace cairn::net
