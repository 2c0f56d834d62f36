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

struct NoteHighWater {
  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  std::int64_t run(db::Transaction& tx) const {
    constexpr db::Sql kNote = "UPDATE store SET state = ?, high_water = MAX(high_water, ?) WHERE id = 1";
    const auto now = tx.now().time_since_epoch().count();
    tx.run(kNote, kTaken, now);
    return now;
  }
};

}  // namespace

Task<> StoreGuard::open(Turn turn) {
  auto know = KnowStore{fresh_incarnation()};
  const auto known = co_await database_.write(turn, std::move(know));
  installation_ = known.installation;
  incarnation_ = known.incarnation;
  const auto marker = co_await store_.read_marker(turn);
  if (!marker && marker.error().code == ErrorCode::kNotFound) {
    if (known.state == kTaken) {
      throw Failure(
          {ErrorCode::kUnavailable,
           "The content's store has lost its marker. Is its disk mounted? Nothing is read or written until it is back."});
    }
    co_await refresh(turn);  // nobody's until now
    co_return;
  }
  if (!marker) throw Failure(marker.error());
  if (marker->installation != installation_ || marker->incarnation != incarnation_) {
    throw Failure({ErrorCode::kConflict,
                   "The content's store belongs to another installation, or to another life of this one. Give this one a store "
                   "of its own."});
  }
  database_is_behind_ = marker->high_water > known.high_water;
  if (!database_is_behind_) co_await refresh(turn);
}

Task<> StoreGuard::refresh(Turn turn) {
  if (!may_delete()) co_return;  // the store keeps what it knows until somebody has looked into it
  auto note = NoteHighWater{};
  const auto high_water = co_await database_.write(turn, note);
  auto marker = store::Marker{installation_, incarnation_, high_water};
  co_await store_.write_marker(turn, std::move(marker));
}

bool StoreGuard::may_delete() const { return !database_is_behind_ || mutant("marker_ignored"); }

}  // namespace cairn::content
