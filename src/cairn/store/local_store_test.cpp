// The local store against power cuts and a disk that fails.
#include "cairn/store/local_store.h"

#include <iostream>
#include <map>
#include <random>
#include <vector>

#include "cairn/runtime/task_group.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn::store {
namespace {

using Buffer = std::vector<std::byte>;

constexpr Turn kTurn{};

// A store on a simulated disk, whose pool is run by hand.
class SimStore {
 public:
  explicit SimStore(std::uint64_t seed) : disk(seed) {
    value_or_throw(disk.make_directory("/content"));
    value_or_throw(disk.sync_directory("/"));
    value_or_throw(store.prepare());
  }

  template <class T>
  Result<T> run(Task<T> task) {
    Result<T> outcome = failure(ErrorCode::kInternal, "never ended");
    TaskGroup group;
    group.spawn([](Task<T> awaited, Result<T>& result) -> Task<> {
      try {
        if constexpr (std::is_void_v<T>) {
          co_await std::move(awaited);
          result = {};
        } else {
          result = co_await std::move(awaited);
        }
      } catch (const Failure& failed) {
        result = std::unexpected(failed.error());
      }
    }(std::move(task), outcome));
    while (pool.run_one()) {
    }
    return outcome;
  }

  Metrics metrics;
  SimFiles disk;
  WorkerPool pool{"disk", {.threads = 0, .queue = 1000, .reserved = 1}, metrics};
  LocalStore store{disk, pool, "/content", 2};
};

Task<> put(ObjectStore& store, ObjectName name, const Buffer& bytes) {
  const auto writer = co_await store.create(kTurn, name, bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 5'000)
    co_await writer->write(std::span(bytes).subspan(at, std::min<std::size_t>(5'000, bytes.size() - at)));
  co_await writer->commit();
}

Task<Buffer> get(ObjectStore& store, ObjectName name, std::size_t size) {
  auto reader = co_await store.open(kTurn, name, {0, size});
  auto open = value_or_throw(std::move(reader));
  Buffer bytes(size);
  for (std::size_t done = 0; done < size;) {
    const auto got = co_await open->read(std::span(bytes).subspan(done));
    done += got;
  }
  co_return bytes;
}

// Some clients that put objects one after another until the power goes; notes what was acknowledged.
Task<> client(SimStore& sim, std::map<ObjectName, Buffer>& acknowledged, std::mt19937_64& random) {
  for (;;) {
    const auto name = ObjectName::make();
    const Buffer bytes(1 + random() % 20'000, static_cast<std::byte>(random()));
    try {
      co_await put(sim.store, name, bytes);
    } catch (const Failure&) {
      co_return;
    }
    acknowledged.emplace(name, bytes);
  }
}

TEST(LocalStorePowerCut, LosesAndTearsNothingThatWasAcknowledged) {
  constexpr int kCuts = 150;
  constexpr int kClients = 4;
  std::size_t kept = 0;
  for (std::uint64_t seed = 1; seed <= kCuts; ++seed) {
    std::mt19937_64 random(seed);
    SimStore sim(seed);
    std::map<ObjectName, Buffer> acknowledged;
    TaskGroup clients;
    sim.disk.cut_power_at(1 + random() % 150);
    for (int i = 0; i < kClients; ++i) clients.spawn(client(sim, acknowledged, random));
    while (sim.pool.run_one()) {
    }
    ASSERT_EQ(clients.running(), 0u);
    sim.disk.restart();
    ASSERT_TRUE(sim.store.prepare().has_value());
    for (const auto& [name, bytes] : acknowledged) {
      const auto read = sim.run(get(sim.store, name, bytes.size()));
      ASSERT_TRUE(read.has_value()) << "seed " << seed << ": lost: " << read.error().message;
      ASSERT_EQ(*read, bytes) << "seed " << seed << ": torn";
    }
    kept += acknowledged.size();
  }
  std::cout << "power cuts under the local store: " << kCuts << " (seeds 1 to " << kCuts << ", " << kClients
            << " objects in flight); acknowledged " << kept << ", lost 0, torn 0\n";
  EXPECT_GT(kept, 200u);
}

TEST(LocalStore, AFailedSyncIsToldAndNeverTriedAgain) {
  SimStore sim(1);
  const auto name = ObjectName::make();
  const Buffer bytes(10'000, std::byte{7});
  sim.disk.fail_call(SimFiles::Call::kSync, 1);
  const auto stored = sim.run(put(sim.store, name, bytes));
  ASSERT_FALSE(stored.has_value());
  EXPECT_EQ(stored.error().code, ErrorCode::kIo);
  EXPECT_FALSE(sim.run(get(sim.store, name, bytes.size())).has_value());
  EXPECT_EQ(*sim.store.prepare(), 0u) << "no temporary is left";
}

TEST(LocalStore, AFailedDirectorySyncIsToldAndLeavesNothing) {
  SimStore sim(1);
  const auto name = ObjectName::make();
  sim.disk.fail_call(SimFiles::Call::kSyncDirectory, 1);
  EXPECT_FALSE(sim.run(put(sim.store, name, Buffer(10))).has_value());
  EXPECT_FALSE(sim.run(get(sim.store, name, 10)).has_value());
}

TEST(LocalStore, AFullDiskIsToldBeforeAByteIsWrittenWhereTheSizeIsKnown) {
  SimStore sim(1);
  sim.disk.set_capacity(5'000);
  const auto stored = sim.run(put(sim.store, ObjectName::make(), Buffer(6'000)));
  ASSERT_FALSE(stored.has_value());
  EXPECT_EQ(stored.error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(*sim.store.prepare(), 0u) << "no temporary is left";
  EXPECT_TRUE(sim.run(put(sim.store, ObjectName::make(), Buffer(4'000))).has_value());
}

TEST(LocalStore, WhatACrashHasLeftHalfWrittenIsSwept) {
  SimStore sim(1);
  {
    auto writer = sim.run(sim.store.create(kTurn, ObjectName::make(), std::nullopt));
    ASSERT_TRUE(writer.has_value());
  }
  EXPECT_EQ(*sim.store.prepare(), 1u);
  EXPECT_EQ(*sim.store.prepare(), 0u);
}

TEST(LocalStorePowerCut, ARemovedObjectStaysGone) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SimStore sim(seed);
    const auto name = ObjectName::make();
    ASSERT_TRUE(sim.run(put(sim.store, name, Buffer(10))).has_value());
    ASSERT_TRUE(sim.run(sim.store.remove(kTurn, name)).has_value());
    sim.disk.restart();
    EXPECT_FALSE(sim.run(get(sim.store, name, 10)).has_value()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace cairn::store
