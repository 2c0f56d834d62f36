#include "cairn/ledger/stream_heads.h"

#include <algorithm>

#include "cairn/ledger/dirty_bucket.h"

namespace cairn::ledger {

StreamHeads::Head& StreamHeads::of(db::Transaction& tx, const StreamId& stream) {
  constexpr db::Sql kFind = "SELECT seq, tick, mac FROM stream_head WHERE stream_id = ?";
  const auto known = heads_.find(stream);
  if (known != heads_.end()) return known->second;
  Head head;
  auto rows = tx.query(kFind, stream);
  if (rows.next()) {
    const auto mac = rows.bytes(2);
    if (mac.size() != head.mac.size()) throw Failure({ErrorCode::kCorrupt, "The head of a journal is damaged."});
    head.last = {.seq = rows.integer(0), .tick = rows.integer(1)};
    std::ranges::copy(mac, head.mac.begin());
    head.stored = true;
  }
  return heads_.emplace(stream, head).first->second;
}

void StreamHeads::advance(const StreamId& stream, const Head& head) {
  auto& place = heads_.at(stream);
  undo_.emplace_back(stream, place);
  place = head;
  place.changed = true;
}

void StreamHeads::roll_back() {
  for (; !undo_.empty(); undo_.pop_back()) heads_[undo_.back().first] = undo_.back().second;
}

void StreamHeads::before_commit(db::Transaction& tx) {
  constexpr db::Sql kAdd = "INSERT INTO stream_head (seq, tick, mac, stream_id) VALUES (?, ?, ?, ?)";
  constexpr db::Sql kUpdate = "UPDATE stream_head SET seq = ?, tick = ?, mac = ? WHERE stream_id = ?";
  constexpr db::Sql kMarkDirty = "INSERT INTO dirty (bucket, stream_id) VALUES (?, ?) ON CONFLICT (bucket, stream_id) DO NOTHING";
  for (const auto& [stream, head] : heads_) {
    if (!head.changed) continue;
    tx.run(head.stored ? kUpdate : kAdd, head.last.seq, head.last.tick, head.mac, stream);
    tx.run(kMarkDirty, dirty_bucket(head.last.tick), stream);
  }
}

}  // namespace cairn::ledger
