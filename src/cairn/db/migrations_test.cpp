#include "cairn/db/migrations.h"

#include "cairn/db/testing/sim_database.h"
#include "cairn/db/transaction.h"

namespace cairn::db {
namespace {

constexpr Sql kMakeA = "CREATE TABLE IF NOT EXISTS a (id INTEGER NOT NULL PRIMARY KEY)";
constexpr Sql kMakeB = "CREATE TABLE IF NOT EXISTS b (id INTEGER NOT NULL PRIMARY KEY)";

FolderMigrations tree(std::vector<MigrationStep> steps) { return {.folder = "tree", .steps = std::move(steps)}; }

TEST(Migrations, StepsRunOnceInOrder) {
  SimDatabase database(1);
  const std::vector first{own_migrations(), tree({{"a", {kMakeA}}})};
  EXPECT_EQ(migrate(*database.writer, first)->applied, 3u);
  EXPECT_EQ(migrate(*database.writer, first)->applied, 0u);
  const std::vector second{own_migrations(), tree({{"a", {kMakeA}}, {"b", {kMakeB}}})};
  EXPECT_EQ(migrate(*database.writer, second)->applied, 1u);
  Snapshot snapshot(*database.writer);
  EXPECT_FALSE(snapshot.query("SELECT id FROM b").next());
}

TEST(Migrations, AnOlderProgramRunsBesideANewerOne) {
  SimDatabase database(1);
  const std::vector newer{tree({{"a", {kMakeA}}, {"b", {kMakeB}}})};
  const std::vector older{tree({{"a", {kMakeA}}})};
  ASSERT_TRUE(migrate(*database.writer, newer).has_value());
  const auto done = migrate(*database.writer, older);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->applied, 0u);
  EXPECT_EQ(done->unknown, 1u);
}

TEST(Migrations, AnotherProgramsDatabaseIsRefused) {
  SimDatabase database(1);
  const std::vector theirs{tree({{"something else", {kMakeB}}})};
  const std::vector ours{tree({{"a", {kMakeA}}})};
  ASSERT_TRUE(migrate(*database.writer, theirs).has_value());
  const auto done = migrate(*database.writer, ours);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kConflict);
  EXPECT_THAT(done.error().message, ::testing::HasSubstr("'something else'"));
}

TEST(Migrations, AreFinishedAfterAPowerCutAtAnyPlace) {
  const std::vector folders{own_migrations(), tree({{"a", {kMakeA}}, {"b", {kMakeB}}})};
  for (std::uint64_t call = 1; call < 40; ++call) {
    SimDatabase database(call);
    database.disk.cut_power_at(call);
    bool done = false;
    try {
      done = migrate(*database.writer, folders).has_value();
    } catch (const DatabaseFailure&) {
      EXPECT_TRUE(database.disk.is_off());
    }
    database.restart();
    const auto again = migrate(*database.writer, folders);
    ASSERT_TRUE(again.has_value()) << "call " << call;
    if (done) {
      EXPECT_EQ(again->applied, 0u) << "call " << call;
    }
  }
}

}  // namespace
}  // namespace cairn::db
