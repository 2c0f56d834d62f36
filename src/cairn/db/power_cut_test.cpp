// Power cuts under SQLite: what was acknowledged is there after the machine comes back, nothing is torn, and each refusal still
// has its reason. Seeds are printed; CAIRN_SEED=n replays one, CAIRN_CUTS=n sets how many there are.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <set>

#include "cairn/base/text.h"
#include "cairn/db/lane_write.h"
#include "cairn/db/migrations.h"
#include "cairn/db/testing/sim_database.h"
#include "cairn/runtime/task_group.h"

namespace cairn::db {
namespace {

constexpr int kClients = 6;
constexpr int kHalves = 2;

constexpr Sql kMakeEntry =
    "CREATE TABLE IF NOT EXISTS entry (client INTEGER NOT NULL, number INTEGER NOT NULL, half INTEGER NOT NULL, body BLOB NOT "
    "NULL,"
    " PRIMARY KEY (client, number, half))";
constexpr Sql kAddHalf = "INSERT INTO entry (client, number, half, body) VALUES (?, ?, ?, ?)";
constexpr Sql kListEntries = "SELECT client, number, COUNT(*), SUM(LENGTH(body)) FROM entry GROUP BY client, number";
constexpr Sql kIntegrity = "PRAGMA integrity_check";

using Entry = std::pair<std::int64_t, std::int64_t>;  // client, number

// Two rows that belong together: one without the other is a torn change.
struct AddEntry {
  int client;
  int number;
  std::size_t body_bytes;

  [[nodiscard]] static LaneKey lane() { return {}; }
  void run(Transaction& tx) const {
    const std::vector<std::byte> body(body_bytes, std::byte{0x5a});
    for (int half = 0; half < kHalves; ++half) tx.run(kAddHalf, client, number, half, Bytes(body));
  }
};

// What the clients were told.
struct Oracle {
  std::set<Entry> sent;
  std::set<Entry> acknowledged;
  std::set<Entry> refused_as_existing;
};

struct Tally {
  int cuts = 0;
  std::size_t acknowledged = 0;
  std::size_t refused = 0;
  std::size_t lost = 0;
  std::size_t torn = 0;
  std::size_t invented = 0;
  std::size_t unfounded = 0;  // refusals whose reason is gone
};

// One client: adds entries one after another, some of them twice, until the machine is off.
Task<> client(SimDatabase& database, Oracle& oracle, int id, std::mt19937_64& random) {
  for (int number = 0;; ++number) {
    const bool again = number > 0 && random() % 4 == 0;
    // Another client's entry of the same round, which may be in this very batch and not yet durable, or one's own last.
    const AddEntry operation{.client = again ? static_cast<int>(random() % kClients) : id,
                             .number = again ? number - 1 : number,
                             .body_bytes = random() % 3000};
    const Entry entry{operation.client, operation.number};
    oracle.sent.insert(entry);
    try {
      LaneWrite<AddEntry> write(*database.lane, Turn{static_cast<std::uint64_t>(id)}, operation);
      co_await write;
      oracle.acknowledged.insert(entry);
    } catch (const Failure& failure) {
      if (failure.error().code != ErrorCode::kAlreadyExists) co_return;
      oracle.refused_as_existing.insert(entry);
    }
  }
}

void check_survivors(SimDatabase& database, const Oracle& oracle, Tally& tally) {
  Snapshot snapshot(*database.writer);
  {
    auto rows = snapshot.query(kIntegrity);
    ASSERT_TRUE(rows.next());
    ASSERT_EQ(rows.text(0), "ok");
  }
  std::set<Entry> found;
  auto rows = snapshot.query(kListEntries);
  while (rows.next()) {
    const Entry entry{rows.integer(0), rows.integer(1)};
    found.insert(entry);
    if (rows.integer(2) != kHalves || rows.integer(3) % kHalves != 0) ++tally.torn;
    if (!oracle.sent.contains(entry)) ++tally.invented;
  }
  for (const auto& entry : oracle.acknowledged) tally.lost += found.contains(entry) ? 0 : 1;
  for (const auto& entry : oracle.refused_as_existing) tally.unfounded += found.contains(entry) ? 0 : 1;
  tally.acknowledged += oracle.acknowledged.size();
  tally.refused += oracle.refused_as_existing.size();
}

void run_until_cut(std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  const std::array<std::size_t, 3> checkpoints{5, 40, 1000};
  SimDatabase database(seed, {.checkpoint_pages = checkpoints[random() % checkpoints.size()]});
  ASSERT_TRUE(migrate(*database.writer, std::vector{FolderMigrations{"test", {{"entry", {kMakeEntry}}}}}).has_value());

  Oracle oracle;
  TaskGroup clients;
  database.disk.cut_power_at(1 + random() % 400);
  for (int id = 0; id < kClients; ++id) clients.spawn(client(database, oracle, id, random));
  database.run_all();
  ASSERT_TRUE(database.disk.is_off());
  ASSERT_EQ(clients.running(), 0u) << "somebody never got an answer";

  database.restart();
  ++tally.cuts;
  check_survivors(database, oracle, tally);
}

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
  return text == nullptr ? std::nullopt : parse_unsigned(text);
}

TEST(PowerCut, LosesNothingThatSqliteAcknowledged) {
  const auto chosen = number_from("CAIRN_SEED");
  const auto first = chosen.value_or(1);
  const auto cuts = number_from("CAIRN_CUTS").value_or(chosen ? 1 : 300);
  Tally tally;
  for (auto seed = first; seed < first + cuts; ++seed) {
    const auto before = tally;
    run_until_cut(seed, tally);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    EXPECT_EQ(tally.lost, before.lost) << "seed " << seed;
    EXPECT_EQ(tally.torn, before.torn) << "seed " << seed;
    EXPECT_EQ(tally.invented, before.invented) << "seed " << seed;
    EXPECT_EQ(tally.unfounded, before.unfounded) << "seed " << seed;
    if (HasFailure()) break;
  }
  std::cout << "power cuts under SQLite: " << tally.cuts << " (seeds " << first << " to " << first + cuts - 1 << ", " << kClients
            << " changes in flight); acknowledged " << tally.acknowledged << ", refused " << tally.refused << ", lost "
            << tally.lost << ", torn " << tally.torn << '\n';
  EXPECT_GT(tally.acknowledged, cuts * 10) << "the clients hardly got to work";
  EXPECT_GT(tally.refused, cuts / 2) << "no refusals were tried";
}

}  // namespace
}  // namespace cairn::db
