#include "cairn/ledger/journal.h"

#include <algorithm>

#include <fmt/format.h>

#include "cairn/crypt/hash.h"
#include "cairn/ledger/dirty_bucket.h"
#include "cairn/ledger/stream_heads.h"

namespace cairn::ledger {
namespace {

constexpr db::Sql kFindEvents =
    "SELECT seq, tick, op_id, kind, subject_id, actor_id, credential_id, path_before, path_after, detail, mac"
    " FROM event WHERE stream_id = ? AND seq > ? ORDER BY seq LIMIT ?";
constexpr std::size_t kPage = 1'000;  // events that are checked at once

// Ids one after another, as a path is stored.
std::vector<std::byte> joined(std::span<const Uuid> path) {
  std::vector<std::byte> bytes;
  bytes.reserve(path.size() * sizeof(Uuid));
  for (const auto& id : path) bytes.insert(bytes.end(), id.begin(), id.end());
  return bytes;
}

std::vector<Uuid> split_path(db::Bytes bytes) {
  if (bytes.size() % sizeof(Uuid) != 0) throw Failure({ErrorCode::kCorrupt, "An event's path is damaged."});
  std::vector<Uuid> path(bytes.size() / sizeof(Uuid));
  for (auto& id : path) {
    std::ranges::copy(bytes.first(sizeof(Uuid)), id.begin());
    bytes = bytes.subspan(sizeof(Uuid));
  }
  return path;
}

Event event_of(const db::Rows& rows) {
  return {.stamp = {.seq = rows.integer(0), .tick = rows.integer(1)},
          .operation = rows.id<OperationId>(2),
          .kind = std::string(rows.text(3)),
          .subject = rows.uuid(4),
          .author = {.actor = rows.uuid(5), .credential = rows.uuid(6)},
          .path_before = split_path(rows.bytes(7)),
          .path_after = split_path(rows.bytes(8)),
          .detail = std::string(rows.text(9))};
}

// Fields one after another, each of those that vary in length led by its length: no two events have the same bytes.
class Encoder {
 public:
  void fixed(db::Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void number(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::byte>(value >> shift));
  }
  void varying(db::Bytes bytes) {
    number(bytes.size());
    fixed(bytes);
  }
  [[nodiscard]] db::Bytes bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

ChainMac Journal::link(const ChainMac& before, const StreamId& stream, const Event& event) const {
  Encoder encoder;
  encoder.fixed(before);
  encoder.fixed(stream.bytes());
  encoder.number(static_cast<std::uint64_t>(event.stamp.seq));
  encoder.number(static_cast<std::uint64_t>(event.stamp.tick));
  encoder.fixed(event.operation.bytes());
  encoder.varying(crypt::label(event.kind));
  encoder.fixed(event.subject);
  encoder.fixed(event.author.actor);
  encoder.fixed(event.author.credential);
  encoder.varying(joined(event.path_before));
  encoder.varying(joined(event.path_after));
  encoder.varying(crypt::label(event.detail));
  return crypt::hmac_sha256(key_.reveal(), encoder.bytes());
}

Stamp Journal::append(db::Transaction& tx, const StreamId& stream, const OperationId& operation, const Author& author,
                      const Change& change) const {
  constexpr db::Sql kAdd =
      "INSERT INTO event (stream_id, seq, tick, op_id, kind, subject_id, actor_id, credential_id, path_before, path_after, "
      "detail,"
      " mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  auto& heads = tx.state<StreamHeads>();
  auto head = heads.of(tx, stream);
  head.last = {.seq = head.last.seq + 1, .tick = std::max(tx.now().time_since_epoch().count(), head.last.tick + 1)};
  const Event event{.stamp = head.last,
                    .operation = operation,
                    .kind = std::string(change.kind),
                    .subject = change.subject,
                    .author = author,
                    .path_before = {change.path_before.begin(), change.path_before.end()},
                    .path_after = {change.path_after.begin(), change.path_after.end()},
                    .detail = change.detail};
  head.mac = link(head.mac, stream, event);
  tx.run(kAdd, stream, head.last.seq, head.last.tick, operation, change.kind, change.subject, author.actor, author.credential,
         joined(change.path_before), joined(change.path_after), change.detail, head.mac);
  heads.advance(stream, head);
  return head.last;
}

Stamp Journal::current(db::Transaction& tx, const StreamId& stream) { return tx.state<StreamHeads>().of(tx, stream).last; }

std::optional<std::string> Journal::find_break(db::Snapshot& snapshot, const StreamId& stream) const {
  constexpr db::Sql kHead = "SELECT seq, tick, mac FROM stream_head WHERE stream_id = ?";
  ChainMac mac{};
  Stamp last;
  for (;;) {
    // From below 1: what was put in there must be seen too.
    auto rows = snapshot.query(kFindEvents, stream, last.seq == 0 ? INT64_MIN : last.seq, kPage);
    std::size_t read = 0;
    for (; rows.next(); ++read) {
      const auto event = event_of(rows);
      mac = link(mac, stream, event);
      if (event.stamp.seq != last.seq + 1) return fmt::format("event {} is missing", last.seq + 1);
      if (event.stamp.tick <= last.tick || !std::ranges::equal(rows.bytes(10), mac))
        return fmt::format("event {} is not what was written", event.stamp.seq);
      last = event.stamp;
    }
    if (read < kPage) break;
  }
  auto head = snapshot.query(kHead, stream);
  if (!head.next()) return last.seq == 0 ? std::nullopt : std::optional<std::string>("its head is missing");
  if (head.integer(0) != last.seq) return fmt::format("event {} is missing", last.seq + 1);
  if (head.integer(1) != last.tick || !std::ranges::equal(head.bytes(2), mac)) return "its head is not what was written";
  return std::nullopt;
}

std::vector<Event> read_events(db::Snapshot& snapshot, const StreamId& stream, std::int64_t after, std::size_t limit) {
  std::vector<Event> events;
  auto rows = snapshot.query(kFindEvents, stream, after, limit);
  while (rows.next()) events.push_back(event_of(rows));
  return events;
}

std::int64_t last_seq(db::Snapshot& snapshot, const StreamId& stream) {
  constexpr db::Sql kFind = "SELECT seq FROM stream_head WHERE stream_id = ?";
  auto rows = snapshot.query(kFind, stream);
  return rows.next() ? rows.integer(0) : 0;
}

std::vector<StreamId> all_streams(db::Snapshot& snapshot) {
  constexpr db::Sql kAll = "SELECT stream_id FROM stream_head UNION SELECT stream_id FROM event ORDER BY stream_id";
  std::vector<StreamId> streams;
  auto rows = snapshot.query(kAll);
  while (rows.next()) streams.push_back(rows.id<StreamId>(0));
  return streams;
}

std::vector<StreamId> streams_changed_since(db::Snapshot& snapshot, Instant since) {
  constexpr db::Sql kFind = "SELECT DISTINCT stream_id FROM dirty WHERE bucket >= ? ORDER BY stream_id";
  std::vector<StreamId> streams;
  auto rows = snapshot.query(kFind, dirty_bucket(since.time_since_epoch().count()));
  while (rows.next()) streams.push_back(rows.id<StreamId>(0));
  return streams;
}

std::int64_t forget_changed_streams(db::Transaction& tx, Instant before, std::size_t limit) {
  constexpr db::Sql kForget =
      "DELETE FROM dirty WHERE (bucket, stream_id) IN (SELECT bucket, stream_id FROM dirty WHERE bucket < ? LIMIT ?)";
  return tx.run(kForget, dirty_bucket(before.time_since_epoch().count()), limit);
}

}  // namespace cairn::ledger
