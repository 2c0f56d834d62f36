// Power cuts under whole uploads, and under jobs.
#include <iostream>
#include <map>
#include <random>

#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {
namespace {

constexpr int kClients = 4;
constexpr std::uint64_t kCuts = 60;
constexpr std::uint64_t kNever = std::uint64_t{1} << 60;

// Each client writes into a folder of its own, so that what it was told is all that it has to compare.
struct Client {
  NodeId folder;
  std::map<std::string, std::string> files{};  ///< acknowledged, by name
  std::string in_flight{};                     ///< the name that was being written when the power went
};

Task<> write_files(SimTree& t, Client& client, std::mt19937_64& random) {
  for (;;) {
    const auto name = "file " + std::to_string(random() % 5);
    const std::string bytes(random() % 200'000, static_cast<char>('a' + random() % 26));
    client.in_flight = name;
    try {
      auto draft = co_await t.tree->begin(SimTree::kTurn, t.request(t.ana), client.folder, {});
      for (std::size_t at = 0; at < bytes.size(); at += 70'000)
        co_await draft->write(bytes_of(std::string_view(bytes).substr(at, 70'000)));
      auto change = PutFile{
          .request = t.request(t.ana), .parent = client.folder, .name = SimTree::name(name), .on_conflict = OnConflict::kReplace};
      co_await t.tree->put(SimTree::kTurn, *draft, std::move(change), t.sim.clock.now());
    } catch (const Failure&) {
      co_return;
    }
    client.files[name] = bytes;
    client.in_flight.clear();
  }
}

TEST(TreePowerCut, NoAcknowledgedUploadIsLostOrTorn) {
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= kCuts; ++seed) {
    std::mt19937_64 random(seed);
    SimTree t(seed, 1 + seed % 3);
    std::vector<Client> clients;
    for (int i = 0; i < kClients; ++i) clients.push_back({.folder = t.folder(t.space.root, std::to_string(i)).id});
    t.sim.disk.cut_power_at(1 + random() % 300);
    TaskGroup group;
    for (auto& client : clients) group.spawn(write_files(t, client, random));
    while (t.sim.step()) {
    }
    ASSERT_TRUE(t.sim.disk.is_off());
    t.restart();
    for (const auto& client : clients) {
      for (const auto& [name, bytes] : client.files) {
        const auto found = t.read(FindByPath{.who = t.ana, .space = t.space.id, .path = t.stat(client.folder).name + "/" + name});
        const auto read = t.content(found.node.id);
        if (name != client.in_flight) ASSERT_EQ(read, bytes) << "seed " << seed;
      }
      acknowledged += client.files.size();
    }
    const auto findings = t.examined(true);
    ASSERT_TRUE(findings.all_well()) << "seed " << seed << "\n" << SimTree::told(findings);
  }
  std::cout << "power cuts under uploads: " << kCuts << " (seeds 1 to " << kCuts << ", " << kClients
            << " files in flight); acknowledged " << acknowledged << ", lost 0, torn 0\n";
  EXPECT_GT(acknowledged, kCuts);
}

class JobPowerCut : public ::testing::Test {
 protected:
  // A folder of folders of files, to be copied and removed in steps of few rows.
  static NodeId given_tree(SimTree& t) {
    const auto top = t.folder(t.space.root, "top").id;
    for (int i = 0; i < 6; ++i) {
      const auto folder = t.folder(top, "f" + std::to_string(i)).id;
      for (int j = 0; j < 6; ++j) t.file(folder, std::to_string(j), "x");
    }
    return top;
  }
  // Lets the jobs run, with power cuts between, until one survives without.
  static int run_jobs(SimTree& t, std::mt19937_64& random) {
    for (int cuts = 0;; ++cuts) {
      t.sim.disk.cut_power_at(cuts < 6 ? 1 + random() % 40 : kNever);
      try {
        t.run_jobs();
      } catch (const Failure&) {
        EXPECT_TRUE(t.sim.disk.is_off());
      }
      if (!t.sim.disk.is_off()) {
        t.sim.disk.cut_power_at(kNever);
        return cuts;
      }
      t.restart();
      const auto findings = t.examined(false);
      EXPECT_TRUE(findings.all_well()) << SimTree::told(findings);
      t.sim.clock.turn(ledger::JobLimits{}.lease);
    }
  }
  static void make_steps_small(SimTree& t) {
    t.limits.inline_nodes = 10;
    t.limits.step_rows = 20;
  }
};

TEST_F(JobPowerCut, ACopyIsWholeInTheEnd) {
  int cuts = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    std::mt19937_64 random(seed);
    SimTree t(seed);
    make_steps_small(t);
    const auto top = given_tree(t);
    const auto to = t.folder(t.space.root, "to").id;
    const auto job = std::get<ledger::JobId>(t.copied(top, to));
    cuts += run_jobs(t, random);
    ASSERT_EQ(t.job(job).state, ledger::JobState::kDone);
    for (int i = 0; i < 6; ++i) {
      const auto folder = t.read(FindByPath{.who = t.ana, .space = t.space.id, .path = "to/top/f" + std::to_string(i)}).node.id;
      ASSERT_EQ(t.names(folder).size(), 6u);
    }
    ASSERT_EQ(t.usage().used, 72);
    const auto findings = t.examined(true);
    ASSERT_TRUE(findings.all_well()) << SimTree::told(findings);
  }
  EXPECT_GT(cuts, 15);
}

TEST_F(JobPowerCut, ARemovalIsWholeInTheEnd) {
  int cuts = 0;
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    std::mt19937_64 random(seed);
    SimTree t(seed);
    make_steps_small(t);
    const auto top = given_tree(t);
    t.trashed(top);
    const auto job = t.purged(top);
    ASSERT_TRUE(job);
    cuts += run_jobs(t, random);
    ASSERT_EQ(t.job(*job).state, ledger::JobState::kDone);
    ASSERT_EQ(t.usage().used, 0);
    const auto findings = t.examined(true);
    ASSERT_TRUE(findings.all_well()) << SimTree::told(findings);
    ASSERT_TRUE(findings.notes().empty()) << SimTree::told(findings);
  }
  EXPECT_GT(cuts, 15);
}

}  // namespace
}  // namespace cairn::tree
