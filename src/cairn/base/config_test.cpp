#include "cairn/base/config.h"

#include "cairn/base/settings_keys.h"

namespace cairn {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Result<std::string> no_such_file(const std::string& path) { return failure(ErrorCode::kNotFound, "cannot be read", path); }

ConfigSources with_file(std::string text) {
  ConfigSources sources;
  sources.file = {"cairn.toml", std::move(text)};
  sources.read_secret = no_such_file;
  return sources;
}

Config given(const ConfigSources& sources) {
  auto config = Config::load(sources);
  EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().front().message);
  return config ? *config : Config();
}

Error only_fault(const ConfigSources& sources) {
  const auto config = Config::load(sources);
  EXPECT_FALSE(config.has_value());
  if (config) return {};
  EXPECT_EQ(config.error().size(), 1u);
  return config.error().front();
}

TEST(Config, FlagsWinOverTheEnvironmentThatOverTheFileThatOverDefaults) {
  auto sources = with_file("[http]\nthreads = 2\nidle_timeout = '2s'\nmax_head = '8KiB'\n");
  sources.environment = {{"CAIRN_HTTP_THREADS", "3"}, {"CAIRN_HTTP_IDLE_TIMEOUT", "3s"}, {"PATH", "/bin"}};
  sources.flags = {{"http.threads", "4"}};
  const auto config = given(sources);
  EXPECT_EQ(config.settings().http.threads, 4u);
  EXPECT_EQ(config.settings().http.idle_timeout, std::chrono::seconds(3));
  EXPECT_EQ(config.settings().http.max_head, ByteCount{8192});
  EXPECT_EQ(config.settings().database.batch, 256u);
  EXPECT_EQ(config.origin("http.threads"), "command line");
  EXPECT_EQ(config.origin("http.idle_timeout"), "CAIRN_HTTP_IDLE_TIMEOUT");
  EXPECT_EQ(config.origin("http.max_head"), "cairn.toml:4");
  EXPECT_EQ(config.origin("database.batch"), "default");
}

TEST(Config, ListsAreArraysInTheFileAndHaveCommasElsewhere) {
  EXPECT_THAT(given(with_file("http.listen = ['http://127.0.0.1:1', 'http://[::1]:2']")).settings().http.listen,
              ElementsAre("http://127.0.0.1:1", "http://[::1]:2"));
  auto sources = with_file("");
  sources.environment = {{"CAIRN_HTTP_LISTEN", "http://127.0.0.1:1,http://[::1]:2"}};
  EXPECT_THAT(given(sources).settings().http.listen, ElementsAre("http://127.0.0.1:1", "http://[::1]:2"));
}

TEST(Config, AnUnknownKeyNamesItsPlaceAndTheKeyThatIsMeant) {
  const auto fault = only_fault(with_file("[http]\nthread = 2\n"));
  EXPECT_EQ(fault.subject, "cairn.toml:2");
  EXPECT_THAT(fault.message, AllOf(HasSubstr("'http.thread'"), HasSubstr("did you mean 'http.threads'?")));

  auto sources = with_file("");
  sources.environment = {{"CAIRN_LOG_LEVLE", "info"}};
  EXPECT_THAT(only_fault(sources).message, HasSubstr("did you mean 'CAIRN_LOG_LEVEL'?"));
  EXPECT_THAT(only_fault(with_file("frobnicate = 1")).message, HasSubstr("cairn config reference"));
}

TEST(Config, AWrongValueSaysWhatIsAllowed) {
  EXPECT_THAT(only_fault(with_file("http.idle_timeout = '75'")).message,
              HasSubstr("http.idle_timeout must be a duration such as 75s, from 100ms to 1d"));
  EXPECT_THAT(only_fault(with_file("http.max_head = '1KB'")).message, HasSubstr("from 1KiB to 1MiB"));
  EXPECT_THAT(only_fault(with_file("http.max_head = '2MiB'")).message, HasSubstr("from 1KiB to 1MiB"));
  EXPECT_THAT(only_fault(with_file("http.threads = -1")).message, HasSubstr("a number, from 0 to 1024"));
  EXPECT_THAT(only_fault(with_file("log.level = 'loud'")).message, HasSubstr("debug, info, warning or error"));
  EXPECT_THAT(only_fault(with_file("database.allow_foreign_filesystem = 'yes'")).message, HasSubstr("true or false"));
  EXPECT_THAT(only_fault(with_file("http.threads = 1.5")).message, HasSubstr("must be text, a number"));
  EXPECT_EQ(only_fault(with_file("[http]\nthreads = \n")).subject, "cairn.toml:2") << "not TOML at all";
}

TEST(Config, AllFaultsAreToldAtOnce) {
  const auto config = Config::load(with_file("a = 1\nb = 2\nlog.level = 'loud'\n"));
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().size(), 3u);
}

TEST(Config, ASecretCanLieInAFileAndIsNeverShown) {
  auto sources = with_file("metrics.token_file = '/run/secrets/token'");
  sources.read_secret = [](const std::string& path) -> Result<std::string> { return "hunter2 from " + path; };
  const auto config = given(sources);
  EXPECT_EQ(config.settings().metrics.token.reveal(), "hunter2 from /run/secrets/token");
  EXPECT_THAT(config.shown(), AllOf(HasSubstr("metrics.token = ***"), Not(HasSubstr("hunter2"))));

  sources.read_secret = [](const std::string&) -> Result<std::string> { return std::string(); };
  EXPECT_THAT(only_fault(sources).message, HasSubstr("metrics.token is empty"));
  EXPECT_THAT(only_fault(with_file("metrics.token = ''")).message, HasSubstr("metrics.token is empty"));

  sources = with_file("");
  sources.environment = {{"CAIRN_METRICS_TOKEN_FILE", "/missing"}};
  EXPECT_THAT(only_fault(sources).message, HasSubstr("cannot be read"));
  EXPECT_THAT(only_fault(with_file("log.level_file = '/x'")).message, HasSubstr("there is no key"))
      << "only secrets are read from files";
}

TEST(Config, AReloadTellsWhatIsTakenAndWhatNeedsARestart) {
  const auto before = given(with_file("metrics.token = 'a'"));
  const auto after = given(with_file("metrics.token = 'b'\nlog.level = 'debug'\nhttp.threads = 7"));
  const auto changes = config_changes(before, after);
  EXPECT_THAT(changes.taken, ElementsAre("log.level"));
  EXPECT_THAT(changes.need_restart, ElementsAre("http.threads", "metrics.token"));
}

TEST(Config, EveryDefaultIsAllowedAndReadsBackFromItsWrittenForm) {
  for (const auto& key : setting_keys()) {
    Settings defaults;
    Settings read;
    EXPECT_TRUE(set_from_text(key.place(read), shown(key.place(defaults)), key.range)) << key.name;
    EXPECT_TRUE(same_value(key.place(read), key.place(defaults))) << key.name;
    EXPECT_THAT(config_reference(), HasSubstr(std::string("### `").append(key.name))) << key.name;
  }
}

}  // namespace
}  // namespace cairn
