// Power cuts under content as a whole: files, keys and rows on one simulated disk, four blobs in flight.
#include <algorithm>
#include <iostream>
#include <map>
#include <random>

#include "cairn/content/testing/sim_content.h"

namespace cairn::content {
namespace {

using Buffer = std::vector<std::byte>;

constexpr int kClients = 4;
constexpr std::uint64_t kCuts = 150;

// What the clients were told is kept, and what they were told is gone.
struct Oracle {
  std::map<BlobId, Buffer> kept;
};

Task<> client(SimContent& sim, Oracle& oracle, std::mt19937_64& random) {
  for (;;) {
    Buffer bytes(1 + random() % 150'000, static_cast<std::byte>(random()));
    try {
      const auto blob = co_await store_bytes(*sim.content, sim.scope, bytes, make_uuid(Instant{}));
      oracle.kept.emplace(blob, std::move(bytes));
    } catch (const Failure&) {
      co_return;
    }
  }
}

// Every row must have its object, whoever was told what.
std::size_t rows_without_bytes(SimContent& sim) {
  std::vector<std::string> objects;
  sim.change([&](db::Transaction& tx) {
    constexpr db::Sql kObjects = "SELECT name FROM object WHERE live > 0";
    auto rows = tx.query(kObjects);
    while (rows.next()) objects.emplace_back(rows.text(0));
  });
  return static_cast<std::size_t>(std::ranges::count_if(objects, [&](const std::string& name) {
    return !sim.disk.open("/content/" + name.substr(0, 2) + "/" + name, OpenMode::kRead).has_value();
  }));
}

TEST(ContentPowerCut, LosesAndTearsNothingThatWasAcknowledged) {
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= kCuts; ++seed) {
    std::mt19937_64 random(seed);
    SimContent sim(seed);
    Oracle oracle;
    TaskGroup clients;
    sim.disk.cut_power_at(1 + random() % 150);
    for (int i = 0; i < kClients; ++i) clients.spawn(client(sim, oracle, random));
    while (sim.step()) {
    }
    ASSERT_EQ(clients.running(), 0u);
    ASSERT_TRUE(sim.disk.is_off());
    sim.restart();
    ASSERT_EQ(rows_without_bytes(sim), 0u) << "seed " << seed;
    for (const auto& [blob, bytes] : oracle.kept) {
      Buffer read;
      ASSERT_NO_THROW(read = sim.run(read_bytes(*sim.content, blob))) << "seed " << seed << ": lost";
      ASSERT_EQ(read, bytes) << "seed " << seed << ": torn";
    }
    acknowledged += oracle.kept.size();
  }
  std::cout << "power cuts under content: " << kCuts << " (seeds 1 to " << kCuts << ", " << kClients
            << " blobs in flight); acknowledged " << acknowledged << ", lost 0, torn 0, rows without bytes 0\n";
  EXPECT_GT(acknowledged, kCuts);
}

}  // namespace
}  // namespace cairn::content
