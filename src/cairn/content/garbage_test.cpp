#include "cairn/content/garbage.h"

#include "cairn/content/testing/sim_content.h"

namespace cairn::content {
namespace {

using Buffer = std::vector<std::byte>;

constexpr std::chrono::hours kGrace{24};
constexpr std::chrono::minutes kLease{5};
constexpr Uuid kFirst{std::byte{1}};
constexpr Uuid kSecond{std::byte{2}};

class GarbageTest : public ::testing::Test {
 protected:
  BlobId given_blob() { return sim_.run(store_bytes(*sim_.content, sim_.scope, Buffer(100, std::byte{1}), holder_)); }

  void given_doomed(const BlobId& blob, DoomCause cause = DoomCause::kPurged) {
    sim_.change([&](db::Transaction& tx) { release(tx, blob, holder_, cause); });
  }

  GarbageCollector collector(std::vector<Veto> vetoes = {}, const Uuid& holder = kFirst) {
    return {*sim_.database, *sim_.store,
            *sim_.guard,    {.grace = kGrace, .batch = 100, .breaker_least = 2, .breaker_share = 0.01, .lease = kLease},
            holder,         std::move(vetoes)};
  }

  GarbageReport collected(std::vector<Veto> vetoes = {}) {
    auto garbage = collector(std::move(vetoes));
    return sim_.run(garbage.run(SimContent::kTurn));
  }

  std::size_t objects() { return sim_.objects(); }

  bool readable(const BlobId& blob) {
    try {
      return sim_.run(read_bytes(*sim_.content, blob)).size() == 100;
    } catch (const Failure&) {
      return false;
    }
  }

  SimContent sim_{1};
  Holder holder_ = make_uuid(Instant{});
};

TEST_F(GarbageTest, WhatNobodyClaimsGoesAfterTheGraceAndNothingElse) {
  const auto kept = given_blob();
  const auto doomed = given_blob();
  given_doomed(doomed);
  sim_.clock.turn(kGrace - std::chrono::seconds(1));
  EXPECT_EQ(collected().removed, 0u);
  EXPECT_TRUE(readable(doomed)) << "whoever reads it now still can";
  sim_.clock.turn(std::chrono::seconds(2));
  EXPECT_EQ(collected().removed, 1u);
  EXPECT_EQ(objects(), 1u);
  EXPECT_TRUE(readable(kept));
  EXPECT_FALSE(readable(doomed));
  EXPECT_EQ(collected().removed, 0u);
}

TEST_F(GarbageTest, OneInstanceCollectsAtATimeAndOneThatWasOvertakenTakesNothingAway) {
  const auto blob = given_blob();
  given_doomed(blob);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  auto slow = collector({}, kFirst);
  GarbageReport slow_report;
  TaskGroup group;
  group.spawn([](GarbageCollector& run, GarbageReport& result) -> Task<> { result = co_await run.run(SimContent::kTurn); }(
                                                                   slow, slow_report));
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(sim_.database->run_one()) << "it takes its lease, measures, looks for half-removed ones, and finds the blob";
  auto other = collector({}, kSecond);
  GarbageReport other_report;
  const auto take_over = [&] {
    sim_.change([&](db::Transaction& tx) {
      if (const auto fence = ledger::take_lease(tx, "content.garbage", kSecond, kLease)) other_report.elsewhere = true;
    });
  };
  take_over();
  EXPECT_FALSE(other_report.elsewhere) << "two held the lease";
  sim_.clock.turn(kLease);
  take_over();
  EXPECT_TRUE(other_report.elsewhere);
  while (sim_.step()) {
  }
  EXPECT_TRUE(slow_report.elsewhere);
  EXPECT_EQ(slow_report.removed, 0u);
  EXPECT_EQ(objects(), 1u);
  EXPECT_EQ(sim_.run(other.run(SimContent::kTurn)).removed, 1u) << "who took over goes on";
}

TEST_F(GarbageTest, AServerThatStopsDoesNotWaitForAllOfIt) {
  for (int i = 0; i < 5; ++i) given_doomed(given_blob());
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  auto garbage = collector();
  int asked = 0;
  const auto report = sim_.run(garbage.run(SimContent::kTurn, [&] { return asked++ == 2; }));
  EXPECT_EQ(report.removed, 2u);
  EXPECT_EQ(collected().removed, 3u) << "the next run goes on, under the same lease or a new one";
}

TEST_F(GarbageTest, AVetoThatComesAtTheLastMomentCounts) {
  const auto blob = given_blob();
  given_doomed(blob);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  bool held = false;
  auto garbage = collector({[&held](db::Transaction&, const BlobId&) { return held; }});
  GarbageReport report;
  TaskGroup group;
  group.spawn([](GarbageCollector& run, GarbageReport& result) -> Task<> { result = co_await run.run(SimContent::kTurn); }(
                                                                   garbage, report));
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(sim_.database->run_one()) << "it takes its lease, measures, looks for half-removed ones, and finds the blob";
  held = true;
  while (sim_.step()) {
  }
  EXPECT_EQ(report.removed, 0u);
  EXPECT_EQ(report.kept, 1u);
  EXPECT_TRUE(readable(blob));
}

TEST_F(GarbageTest, MoreThanCanBeExplainedIsHeldBack) {
  std::vector<BlobId> blobs;
  for (int i = 0; i < 5; ++i) blobs.push_back(given_blob());
  for (const auto& blob : blobs) given_doomed(blob, DoomCause::kUnexplained);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  const auto report = collected();
  EXPECT_TRUE(report.tripped);
  EXPECT_EQ(report.removed, 0u);
  EXPECT_EQ(objects(), 5u);
}

TEST_F(GarbageTest, AFewUnexplainedOnesDoNotHoldItUp) {
  const auto blob = given_blob();
  given_doomed(blob, DoomCause::kUnexplained);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  EXPECT_EQ(collected().removed, 1u);
}

TEST_F(GarbageTest, ADatabaseThatWentBackInTimeDeletesNothing) {
  const auto blob = given_blob();
  given_doomed(blob);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  sim_.run(sim_.guard->refresh(SimContent::kTurn));
  sim_.change([](db::Transaction& tx) {  // a snapshot of yesterday is put in the place of the database
    constexpr db::Sql kYesterday = "UPDATE store SET high_water = high_water - 1000000 WHERE id = 1";
    tx.run(kYesterday);
  });
  sim_.restart();
  const auto report = collected();
  EXPECT_TRUE(report.not_allowed);
  EXPECT_EQ(objects(), 1u);
}

TEST_F(GarbageTest, ManyThatMustStayDoNotHideOneThatMayGo) {
  std::vector<BlobId> held;
  for (int i = 0; i < 120; ++i) held.push_back(given_blob());
  for (const auto& blob : held) given_doomed(blob);
  sim_.clock.turn(std::chrono::hours(1));
  const auto free = given_blob();
  given_doomed(free);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  const auto report = collected({[&](db::Transaction&, const BlobId& blob) { return blob != free; }});
  EXPECT_EQ(report.kept, 120u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_FALSE(readable(free));
}

TEST_F(GarbageTest, OneThatCannotBeRemovedDoesNotHoldUpTheOthers) {
  const auto first = given_blob();
  const auto second = given_blob();
  given_doomed(first);
  given_doomed(second);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  sim_.disk.fail_call(SimFiles::Call::kSyncDirectory, 1);
  const auto report = collected();
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(collected().removed, 1u) << "the other one comes next time";
  EXPECT_EQ(objects(), 0u);
}

TEST_F(GarbageTest, AnObjectWithTwoSegmentsOfOneBlobGoesWithIt) {
  const auto name = store::ObjectName::make();
  const auto writer = sim_.run(sim_.store->create(SimContent::kTurn, name, std::nullopt));
  sim_.run(writer->write(Buffer(20)));
  sim_.run(writer->commit());
  const auto segment = [&](std::uint64_t start) {
    return Segment{.id = SegmentId::make(Instant{}),
                   .start = start,
                   .length = 10,
                   .object = name,
                   .object_offset = start,
                   .stored_length = 10,
                   .suite = Suite::kPlain,
                   .ending = crypt::Ending::kClosed,
                   .crc32 = 0,
                   .wrapped = std::nullopt};
  };
  const Manifest manifest{.id = BlobId::make(Instant{}),
                          .key_scope = sim_.scope,
                          .size = 20,
                          .digest = std::nullopt,
                          .segments = {segment(0), segment(10)}};
  sim_.change([&](db::Transaction& tx) { record(tx, manifest, sim_.content->mac_of(manifest), holder_); });
  given_doomed(manifest.id);
  sim_.clock.turn(kGrace + std::chrono::hours(1));
  EXPECT_EQ(collected().removed, 1u);
  EXPECT_EQ(objects(), 0u);
}

TEST_F(GarbageTest, AClockThatIsSetBackDoesNotMakeAnOldDatabasePass) {
  sim_.run(sim_.guard->refresh(SimContent::kTurn));
  const auto before = sim_.run(sim_.store->read_marker(SimContent::kTurn))->high_water;
  sim_.clock.turn(-std::chrono::hours(5));
  sim_.run(sim_.guard->refresh(SimContent::kTurn));
  EXPECT_GT(sim_.run(sim_.store->read_marker(SimContent::kTurn))->high_water, before);
}

TEST(StoreGuardPowerCut, AFirstStartCutShortAnywhereIsMadeGoodByTheNext) {
  int cut = 0;
  for (std::uint64_t call = 1; call < 400; ++call) {
    SimContent sim(call, true, call);
    if (sim.started()) break;
    ++cut;
    ASSERT_NO_THROW(sim.restart()) << "call " << call;
    EXPECT_TRUE(sim.guard->may_delete()) << "call " << call;
  }
  EXPECT_GT(cut, 20);
}

TEST_F(GarbageTest, AStoreOfAnotherInstallationIsRefused) {
  sim_.run(sim_.store->write_marker(SimContent::kTurn, {"another", "life", 1}));
  EXPECT_THROW(sim_.restart(), Failure);
}

TEST_F(GarbageTest, AStoreThatIsNotMountedIsRefused) {
  ASSERT_TRUE(sim_.disk.remove("/content/marker").has_value());
  ASSERT_TRUE(sim_.disk.sync_directory("/content").has_value());
  EXPECT_THROW(sim_.restart(), Failure);
}

TEST(GarbagePowerCut, ARemovalCutAnywhereIsFinishedLater) {
  for (std::uint64_t call = 1; call < 60; ++call) {
    SimContent sim(call);
    const auto holder = make_uuid(Instant{});
    const auto kept = sim.run(store_bytes(*sim.content, sim.scope, Buffer(100, std::byte{1}), holder));
    const auto doomed = sim.run(store_bytes(*sim.content, sim.scope, Buffer(100, std::byte{2}), holder));
    sim.change([&](db::Transaction& tx) { release(tx, doomed, holder, DoomCause::kPurged); });
    sim.clock.turn(kGrace + std::chrono::hours(1));
    const GarbageCollector::Limits limits{.grace = kGrace, .batch = 100, .breaker_least = 2, .breaker_share = 0.01};
    sim.disk.cut_power_at(call);
    try {
      GarbageCollector garbage(*sim.database, *sim.store, *sim.guard, limits, kFirst, {});
      sim.run(garbage.run(SimContent::kTurn));
    } catch (const Failure&) {
      EXPECT_TRUE(sim.disk.is_off());
    }
    sim.restart();
    GarbageCollector garbage(*sim.database, *sim.store, *sim.guard, limits, kFirst, {});
    sim.run(garbage.run(SimContent::kTurn));
    EXPECT_THROW(sim.run(read_bytes(*sim.content, doomed)), Failure) << "call " << call;
    std::size_t objects = 0;
    for (const auto& folder : *sim.disk.list("/content"))
      if (folder.kind == FileKind::kDirectory) objects += sim.disk.list("/content/" + folder.name)->size();
    EXPECT_EQ(objects, 1u) << "call " << call << ": an object that no row knows is left";
    EXPECT_EQ(sim.run(read_bytes(*sim.content, kept)), Buffer(100, std::byte{1})) << "call " << call;
  }
}

}  // namespace
}  // namespace cairn::content
