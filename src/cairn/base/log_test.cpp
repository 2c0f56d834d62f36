#include "cairn/base/log.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace cairn {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant{}; }
};

class LogTest : public ::testing::Test {
 protected:
  ~LogTest() override {
    for (const int end : pipe_) close(end);
  }

  std::string written() {
    std::array<char, 4096> buffer;
    const auto got = read(pipe_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(got > 0 ? got : 0)};
  }

  static std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    return ends;
  }

  std::array<int, 2> pipe_ = make_pipe();
  FixedClock clock_;
  Log log_{pipe_[1], LogLevel::kInfo, clock_};
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  log_.info("server.ready", {{"port", 8080}, {"tls", false}, {"name", "a"}, {"seconds", 0.25}});
  EXPECT_EQ(
      written(),
      R"({"time":"1970-01-01T00:00:00.000Z","level":"info","event":"server.ready","port":8080,"tls":false,"name":"a","seconds":0.25})"
      "\n");
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevelUntilThatIsLowered) {
  log_.debug("hidden");
  EXPECT_EQ(written(), "");
  log_.set_level(LogLevel::kDebug);
  log_.debug("shown");
  EXPECT_THAT(written(), ::testing::HasSubstr("shown"));
}

TEST_F(LogTest, NobodyForgesAFieldOrALine) {
  log_.warning("login.failed", {{"account", "x\",\"client_ip\":\"198.51.100.1\n{\"event\":\"forged\"}\x01\xff"}});
  EXPECT_THAT(written(), ::testing::EndsWith(R"("account":"x\",\"client_ip\":\"198.51.100.1\u000a{\"event\":\"forged\"}\u0001)"
                                             "\xef\xbf\xbd\"}\n"));
}

TEST_F(LogTest, SecretsAreMaskedByTypeAndByName) {
  log_.error("oops", {{"database", Secret("postgres://u:hunter2@h")},
                      {"password", "hunter2"},
                      {"refresh_token", "hunter2"},
                      {"Authorization", "hunter2"},
                      {"monkey", "kept"}});
  const auto line = written();
  EXPECT_THAT(line, ::testing::Not(::testing::HasSubstr("hunter2")));
  EXPECT_THAT(line, ::testing::HasSubstr(R"("monkey":"kept")"));
}

TEST_F(LogTest, ALogThatCannotBeWrittenIsCountedAndHoldsNobodyUp) {
  Log broken(-1, LogLevel::kInfo, clock_);
  broken.info("lost");
  EXPECT_EQ(broken.dropped(), 1u);
}

TEST(LogLevel, IsKnownByName) {
  EXPECT_EQ(log_level_named("warning"), LogLevel::kWarning);
  EXPECT_EQ(log_level_named("loud"), std::nullopt);
}

}  // namespace
}  // namespace cairn
