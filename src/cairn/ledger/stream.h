#pragma once
// ledger/: what is written beside a change, in its transaction: its event in a stream's journal, the answer of its operation, the
// jobs that follow from it, and the leases of who does them. Knows neither people nor files.

#include <cstdint>
#include <cstring>

#include "cairn/base/id.h"
#include "cairn/db/lane_write.h"

namespace cairn::ledger {

/// What a journal belongs to: a space, a person, or the directory of all people. Its id is that of the space or the person.
struct StreamKind {
  static constexpr std::string_view kPrefix = "stream";
};
using StreamId = Id<StreamKind>;

/// The stream of the directory: people come and go, and strangers knock.
inline constexpr StreamId kDirectory{Uuid{std::byte{1}}};

/// The lane where the writers of a stream meet.
[[nodiscard]] inline db::LaneKey lane_of(const StreamId& stream) {
  db::LaneKey key;
  std::memcpy(&key.value, stream.bytes().data() + 8, sizeof key.value);
  return key;
}

/// Where an event stands in its stream.
struct Stamp {
  std::int64_t seq = 0;   ///< 1, 2, 3 … without gaps
  std::int64_t tick = 0;  ///< microseconds since 1970, rising strictly: the database's time, or one more than the last tick
};

}  // namespace cairn::ledger
