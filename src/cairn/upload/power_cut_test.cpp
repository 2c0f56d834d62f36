// Power cuts under uploads that come in many goes, some of them broken off.
#include <algorithm>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "cairn/crypt/nonce_log.h"
#include "cairn/runtime/task_group.h"
#include "cairn/upload/testing/sim_upload.h"

namespace cairn::upload {
namespace {

constexpr int kClients = 3;
constexpr std::uint64_t kCuts = 40;
constexpr std::int64_t kChunk = crypt::SegmentLayout::kChunkBytes;

// What the client knows of its upload. Each byte of it depends on its place and on the go that it came in, so that bytes of a go
// that was lost are not taken for those that came after.
struct Client {
  UploadId id{};
  std::string name;
  std::int64_t size = 0;
  std::string sent{};       // what has come, as far as it was acknowledged
  std::string in_flight{};  // what was on its way behind it
  bool done = false;        // acknowledged
  std::optional<tree::NodeId> node{};
};

std::string fresh_bytes(std::mt19937_64& random, std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t word = random();
  for (auto& byte : bytes) {
    word = word * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<char>(word >> 56);
  }
  return bytes;
}

std::size_t some_size(std::mt19937_64& random) {
  static constexpr std::array<std::int64_t, 6> kAround{1, 100, kChunk, 2 * kChunk, 3 * kChunk, 5 * kChunk};
  const auto size = kAround[random() % kAround.size()] + static_cast<std::int64_t>(random() % 5) - 2;
  return static_cast<std::size_t>(std::max<std::int64_t>(size, 1));
}

Task<> go_on(SimUpload& s, Client& client, std::mt19937_64& random) {
  const auto left = static_cast<std::size_t>(client.size) - client.sent.size();
  client.in_flight = fresh_bytes(random, std::min(left, some_size(random)));
  auto stream = co_await s.uploads->take(SimUpload::kTurn, s.t.ana,
                                         {.id = client.id, .offset = static_cast<std::int64_t>(client.sent.size())});
  for (std::size_t at = 0; at < client.in_flight.size(); at += 40'000)
    co_await stream->write(tree::bytes_of(std::string_view(client.in_flight).substr(at, 40'000)));
  if (random() % 3 == 0) {
    co_await stream->break_off();  // the connection is lost: the client asks
    auto find = FindUpload{.who = s.t.ana, .id = client.id};
    const auto found = co_await s.t.sim.database->read(SimUpload::kTurn, find);
    client.sent += client.in_flight.substr(0, static_cast<std::size_t>(found.received) - client.sent.size());
    client.done = found.state == State::kDone;
    client.node = found.node;
  } else {
    const auto kept = co_await stream->end();
    client.sent += client.in_flight;
    client.done = kept.state == State::kDone;
    client.node = kept.node;
  }
  client.in_flight.clear();
}

Task<> send(SimUpload& s, Client& client, std::mt19937_64& random) {
  try {
    while (!client.done) co_await go_on(s, client, random);
  } catch (const Failure&) {
    if (!s.t.sim.disk.is_off()) throw;
    co_return;
  }
}

// What came of an upload must be what the client was told, and may be more of what it had sent.
void expect_kept(SimUpload& s, const Client& client) {
  if (client.done) {
    EXPECT_EQ(s.t.content(*client.node), client.sent);
    return;
  }
  const auto found = s.look(client.id);
  ASSERT_GE(found.received, static_cast<std::int64_t>(client.sent.size()));
  const auto all = client.sent + client.in_flight;
  ASSERT_LE(found.received, static_cast<std::int64_t>(all.size()));
  if (found.state == State::kDone) {
    EXPECT_EQ(s.t.content(*found.node), all);
    return;
  }
  // The rest comes now: then it can be read.
  auto whole = all.substr(0, static_cast<std::size_t>(found.received));
  whole += std::string(static_cast<std::size_t>(client.size) - whole.size(), '.');
  const auto done = s.sent(client.id, found.received, std::string_view(whole).substr(static_cast<std::size_t>(found.received)));
  ASSERT_TRUE(done.node.has_value());
  EXPECT_EQ(s.t.content(*done.node), whole);
}

class UploadPowerCut : public ::testing::TestWithParam<bool> {};

TEST_P(UploadPowerCut, NoAcknowledgedByteIsLostOrTakenForAnother) {
#ifdef CAIRN_MUTANTS
  const crypt::NonceWatch watch;
#endif
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= kCuts; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    SimUpload s(seed, GetParam());
    s.limits.checkpoint_bytes = 2 * kChunk;
    s.start();
    std::vector<Client> clients;
    for (int i = 0; i < kClients; ++i) {
      const auto size = static_cast<std::int64_t>(some_size(random) + some_size(random) + some_size(random));
      clients.push_back({.id = s.begun(std::to_string(i), size), .name = std::to_string(i), .size = size});
    }
    s.t.sim.disk.cut_power_at(1 + random() % 400);
    TaskGroup group;
    for (auto& client : clients) group.spawn(send(s, client, random));
    while (s.t.sim.step()) {
    }
    s.restart();
    ASSERT_TRUE(s.t.examined(true).all_well()) << tree::SimTree::told(s.t.examined(true));
    for (const auto& client : clients) {
      expect_kept(s, client);
      acknowledged += client.sent.size();
    }
    const auto findings = s.t.examined(true);
    ASSERT_TRUE(findings.all_well()) << tree::SimTree::told(findings);
  }
  std::cout << "power cuts under uploads in goes: " << kCuts << " (seeds 1 to " << kCuts << ", " << kClients
            << " uploads in flight); acknowledged " << acknowledged << " bytes, lost 0\n";
  EXPECT_GT(acknowledged, kCuts * 10'000);
#ifdef CAIRN_MUTANTS
  EXPECT_EQ(watch.repeated(), 0u) << "a pair of key and nonce came twice, of " << watch.seen();
#endif
}

INSTANTIATE_TEST_SUITE_P(SealedAndPlain, UploadPowerCut, ::testing::Bool(),
                         [](const auto& of) { return of.param ? std::string("sealed") : std::string("plain"); });

}  // namespace
}  // namespace cairn::upload
