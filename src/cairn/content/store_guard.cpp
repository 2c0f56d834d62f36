#include "cairn/content/store_guard.h"

#include <array>
#include <optional>

#include "cairn/base/mutant.h"
#include "cairn/base/random.h"
#include "cairn/base/text.h"
#include "cairn/db/instance_id.h"

namespace cairn::content {
namespace {

constexpr db::LaneKey kLane{};
constexpr std::int64_t kBeingTaken = 0;
constexpr std::int64_t kTaken = 1;

// What the database knows of its store.
struct KnownStore {
  std::string installation;
  std::string incarnation;
  std::int64_t state = kBeingTaken;
  std::int64_t high_water = 0;
};

std::string fresh_incarnation() {
  std::array<std::byte, 16> random;
  fill_random(random);
  return hex(random);
}

// The row of the store; made with a fresh incarnation if there is none.
struct KnowStore {
  std::string incarnation;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  KnownStore run(db::Transaction& tx) const {
    constexpr db::Sql kAdd =
        "INSERT INTO store (id, incarnation, state, high_water) VALUES (1, ?, 0, 0) ON CONFLICT (id) DO NOTHING";
    constexpr db::Sql kFind = "SELECT incarnation, state, high_water FROM store WHERE id = 1";
    KnownStore known{.installation = hex(db::instance_id(tx)), .incarnation = {}};
    tx.run(kAdd, std::string_view(incarnation));
    auto rows = tx.query(kFind);
    if (rows.next()) {
      known.incarnation = rows.text(0);
      known.state = rows.integer(1);
      known.high_water = rows.integer(2);
    }
    return known;
  }
};

// Raises the high water, which never falls whatever the clock does, and gives it.
struct NoteHighWater {
  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  std::int64_t run(db::Transaction& tx) const {
    constexpr db::Sql kNote = "UPDATE store SET high_water = MAX(high_water + 1, ?) WHERE id = 1";
    constexpr db::Sql kFind = "SELECT high_water FROM store WHERE id = 1";
    tx.run(kNote, tx.now());
    auto rows = tx.query(kFind);
    return rows.next() ? rows.integer(0) : 0;
  }
};

struct NoteTaken {
  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  void run(db::Transaction& tx) const {
    constexpr db::Sql kTake = "UPDATE store SET state = ? WHERE id = 1";
    tx.run(kTake, kTaken);
  }
};

}  // namespace

Task<> StoreGuard::open(Turn turn) {
  auto know = KnowStore{fresh_incarnation()};
  const auto known = co_await database_.write(turn, std::move(know));
  installation_ = known.installation;
  incarnation_ = known.incarnation;
  high_water_ = known.high_water;
  const auto marker = co_await store_.read_marker(turn);
  if (!marker && marker.error().code == ErrorCode::kNotFound && known.state == kBeingTaken) {
    co_await write_down(turn);  // nobody's until now
  } else {
    check(marker);
  }
  if (known.state == kBeingTaken) {
    auto taken = NoteTaken{};
    co_await database_.write(turn, taken);
  }
  if (may_delete()) co_await refresh(turn);
}

Task<> StoreGuard::refresh(Turn turn) {
  // The marker first: where it is missing, the disk is not mounted, and a new one would make an empty folder pass for the store.
  const auto marker = co_await store_.read_marker(turn);
  store_is_there_ = false;
  check(marker);
  store_is_there_ = true;
  if (may_delete()) co_await write_down(turn);  // else the store keeps what it knows until somebody has looked into it
}

// Throws unless the marker is ours; notes if it knows of a later time than the database.
void StoreGuard::check(const Result<store::Marker>& marker) {
  if (!marker && marker.error().code == ErrorCode::kNotFound) {
    throw Failure({ErrorCode::kUnavailable,
                   "The content's store has lost its marker. Is its disk mounted? Nothing is read or written until it is back."});
  }
  if (!marker) throw Failure(marker.error());
  if (marker->installation != installation_ || marker->incarnation != incarnation_) {
    throw Failure({ErrorCode::kConflict,
                   "The content's store belongs to another installation, or to another life of this one. Give this one a store "
                   "of its own."});
  }
  if (marker->high_water > high_water_) database_is_behind_ = true;
}

// The database first: cut in between, it is ahead of the store, which does no harm.
Task<> StoreGuard::write_down(Turn turn) {
  auto note = NoteHighWater{};
  const auto high_water = co_await database_.write(turn, note);
  high_water_ = high_water;
  auto marker = store::Marker{installation_, incarnation_, high_water};
  co_await store_.write_marker(turn, std::move(marker));
}

bool StoreGuard::may_delete() const { return (store_is_there_ && !database_is_behind_) || mutant("marker_ignored"); }

}  // namespace cairn::content
