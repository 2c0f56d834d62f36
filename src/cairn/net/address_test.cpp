#include "cairn/net/address.h"

namespace cairn::net {
namespace {

TEST(Address, ReadsBackAsItWasWritten) {
  for (const auto* text :
       {"http://127.0.0.1:8080", "http://[::1]:0", "http://0.0.0.0:65535", "http://localhost:80", "unix:/run/a.sock"})
    EXPECT_EQ(parse_address(text)->text(), text);
  EXPECT_EQ(parse_address("http://127.0.0.1:80/")->text(), "http://127.0.0.1:80");
}

TEST(Address, AnythingElseSaysWhatIsAllowed) {
  for (const auto* text :
       {"", "127.0.0.1:80", "http://127.0.0.1", "http://127.0.0.1:", "http://127.0.0.1:65536", "http://::1:80", "http://[::1]",
        "http://example.org:80", "ftp://127.0.0.1:21", "http://127.0.0.1:80/path", "unix:", "http://:80"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_THAT(address.error().message, ::testing::HasSubstr("http://HOST:PORT"));
  }
}

TEST(Address, OnlyThisMachineReachesLoopback) {
  for (const auto* text : {"http://127.0.0.1:1", "http://127.9.9.9:1", "http://[::1]:1", "http://localhost:1", "unix:/x"})
    EXPECT_TRUE(is_loopback(*parse_address(text))) << text;
  for (const auto* text : {"http://0.0.0.0:1", "http://[::]:1", "http://192.168.0.1:1"})
    EXPECT_FALSE(is_loopback(*parse_address(text))) << text;
}

}  // namespace
}  // namespace cairn::net
