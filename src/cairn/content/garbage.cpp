#include "cairn/content/garbage.h"

#include <algorithm>
#include <optional>

#include "cairn/base/mutant.h"
#include "cairn/content/claims.h"

namespace cairn::content {
namespace {

constexpr db::LaneKey kLane{};

constexpr std::string_view kLeaseName = "content.garbage";
constexpr std::size_t kPage = 100;
constexpr std::int64_t kDoomed = 1;
constexpr std::int64_t kDeleting = 2;

// Where a walk through the due blobs of one state has come to.
struct Place {
  std::int64_t state;
  std::int64_t doomed_at = 0;
  Uuid blob{};
};

struct Page {
  std::vector<BlobId> blobs;
  Place after;
};

struct Extent {
  std::size_t unexplained;
  std::size_t all;
};

std::int64_t due_before(db::Snapshot& snapshot, std::chrono::milliseconds grace) {
  const auto now = snapshot.now().time_since_epoch().count();
  if (mutant("gc_no_grace")) return now;
  return now - std::chrono::microseconds(grace).count();
}

std::int64_t count_of(db::Rows rows) { return rows.next() ? rows.integer(0) : 0; }

struct TakeLease {
  Uuid holder;
  std::chrono::milliseconds duration;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  std::optional<ledger::Fence> run(db::Transaction& tx) const { return ledger::take_lease(tx, kLeaseName, holder, duration); }
};

struct GiveBackLease {
  ledger::Fence fence;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  void run(db::Transaction& tx) const { ledger::give_back_lease(tx, kLeaseName, fence); }
};

// In the transaction of each step, and prolongs: a collector that was suspended while another took over does nothing more.
void require_lease(db::Transaction& tx, ledger::Fence fence, const Uuid& holder, std::chrono::milliseconds duration) {
  const auto held = ledger::take_lease(tx, kLeaseName, holder, duration);
  if (!held || held->number != fence.number)
    throw Failure({ErrorCode::kConflict, "Another instance has taken over the removal of content."});
}

// The next blobs past their grace.
struct FindDue {
  std::chrono::milliseconds grace;
  Place from;

  Page run(db::Snapshot& snapshot) const {
    constexpr db::Sql kFind =
        "SELECT id, doomed_at FROM blob WHERE state = ? AND doomed_at <= ? AND (doomed_at > ? OR (doomed_at = ? AND id > ?))"
        " ORDER BY doomed_at, id LIMIT ?";
    Page page{.blobs = {}, .after = from};
    auto rows = snapshot.query(kFind, from.state, due_before(snapshot, grace), from.doomed_at, from.doomed_at,
                               db::Bytes(from.blob), kPage);
    while (rows.next()) {
      std::ranges::copy(rows.bytes(0).first(page.after.blob.size()), page.after.blob.begin());
      page.after.doomed_at = rows.integer(1);
      page.blobs.emplace_back(page.after.blob);
    }
    return page;
  }
};

struct FindExtent {
  std::chrono::milliseconds grace;

  Extent run(db::Snapshot& snapshot) const {
    constexpr db::Sql kUnexplained = "SELECT COUNT(*) FROM blob WHERE state = 1 AND doomed_at <= ? AND doom_cause = 0";
    constexpr db::Sql kAll = "SELECT COUNT(*) FROM blob";
    return {.unexplained = static_cast<std::size_t>(count_of(snapshot.query(kUnexplained, due_before(snapshot, grace)))),
            .all = static_cast<std::size_t>(count_of(snapshot.query(kAll)))};
  }
};

// Looks again, and if the blob may still go, begins to let it go. The objects that die with it; nothing if it stays.
struct BeginRemoval {
  ledger::Fence fence;
  Uuid holder;
  std::chrono::milliseconds lease;
  BlobId blob;
  std::chrono::milliseconds grace;
  const std::vector<Veto>* vetoes;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }

  std::optional<std::vector<store::ObjectName>> run(db::Transaction& tx) const {
    constexpr db::Sql kBegin =
        "UPDATE blob SET state = 2 WHERE id = ? AND state = 1 AND doomed_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM claim WHERE blob_id = blob.id)";
    constexpr db::Sql kBeginBlindly = "UPDATE blob SET state = 2 WHERE id = ? AND state = 1 AND doomed_at <= ?";
    constexpr db::Sql kIsDeleting = "SELECT 1 FROM blob WHERE id = ? AND state = 2";
    constexpr db::Sql kLetGo =
        "UPDATE object SET live = live - (SELECT COUNT(*) FROM segment WHERE blob_id = ? AND object = object.name)"
        " WHERE name IN (SELECT object FROM segment WHERE blob_id = ?)";
    require_lease(tx, fence, holder, lease);
    const bool blindly = mutant("gc_no_recheck");
    const auto vetoed = [&](const Veto& veto) { return veto(tx, blob); };
    if (!blindly && std::ranges::any_of(*vetoes, vetoed)) return std::nullopt;
    if (tx.run(blindly ? kBeginBlindly : kBegin, blob.bytes(), due_before(tx, grace)) == 1) {
      tx.run(kLetGo, blob.bytes(), blob.bytes());
    } else if (!tx.query(kIsDeleting, blob.bytes()).next()) {
      return std::nullopt;
    }
    return dead_objects(tx);
  }

 private:
  [[nodiscard]] std::vector<store::ObjectName> dead_objects(db::Transaction& tx) const {
    constexpr db::Sql kDead =
        "SELECT DISTINCT object.name FROM segment JOIN object ON object.name = segment.object WHERE segment.blob_id = ? AND "
        "object.live <= 0";
    std::vector<store::ObjectName> objects;
    auto rows = tx.query(kDead, blob.bytes());
    while (rows.next())
      if (const auto name = store::ObjectName::parse(rows.text(0))) objects.push_back(*name);
    return objects;
  }
};

struct ForgetBlob {
  BlobId blob;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  void run(db::Transaction& tx) const {
    constexpr db::Sql kObjects = "DELETE FROM object WHERE live <= 0 AND name IN (SELECT object FROM segment WHERE blob_id = ?)";
    constexpr db::Sql kKeys = "DELETE FROM segment_key WHERE segment_id IN (SELECT id FROM segment WHERE blob_id = ?)";
    constexpr db::Sql kSegments = "DELETE FROM segment WHERE blob_id = ?";
    constexpr db::Sql kBlob = "DELETE FROM blob WHERE id = ? AND state = 2";
    for (const auto& sql : {kObjects, kKeys, kSegments, kBlob}) tx.run(sql, blob.bytes());
  }
};

}  // namespace

Task<GarbageReport> GarbageCollector::run(Turn turn, std::function<bool()> stopping) {
  GarbageReport report;
  if (!guard_.may_delete()) {
    report.not_allowed = true;
    co_return report;
  }
  auto take = TakeLease{.holder = holder_, .duration = limits_.lease};
  const auto fence = co_await database_.write(turn, take);
  if (!fence) {
    report.elsewhere = true;
    co_return report;
  }
  co_await run_under(turn, *fence, stopping, report);
  if (!report.elsewhere) {
    auto give_back = GiveBackLease{*fence};
    co_await database_.write(turn, give_back);
  }
  co_return report;
}

Task<bool> GarbageCollector::passes_breaker(Turn turn) {
  auto measure = FindExtent{limits_.grace};
  const auto extent = co_await database_.read(turn, measure);
  const auto allowed =
      std::max(static_cast<double>(limits_.breaker_least), static_cast<double>(extent.all) * limits_.breaker_share);
  co_return static_cast<double>(extent.unexplained) <= allowed || mutant("breaker_off");
}

Task<> GarbageCollector::run_under(Turn turn, ledger::Fence fence, const std::function<bool()>& stopping, GarbageReport& report) {
  const bool passes = co_await passes_breaker(turn);
  report.tripped = !passes;
  if (report.tripped) co_return;
  for (const auto state : {kDeleting, kDoomed}) {  // first what an interrupted run has left half removed
    auto find = FindDue{limits_.grace, Place{.state = state}};
    for (;;) {
      const auto page = co_await database_.read(turn, find);
      if (page.blobs.empty()) break;
      for (const auto& blob : page.blobs) {
        if (report.removed >= limits_.batch || report.elsewhere || stopping()) co_return;
        co_await remove(turn, fence, blob, report);
      }
      find.from = page.after;
    }
  }
}

Task<> GarbageCollector::remove(Turn turn, ledger::Fence fence, BlobId blob, GarbageReport& report) {
  try {
    auto begin = BeginRemoval{
        .fence = fence, .holder = holder_, .lease = limits_.lease, .blob = blob, .grace = limits_.grace, .vetoes = &vetoes_};
    const auto objects = co_await database_.write(turn, begin);
    if (!objects) {
      ++report.kept;
      co_return;
    }
    for (const auto& object : *objects) co_await store_.remove(turn, object);
    auto forget = ForgetBlob{blob};
    co_await database_.write(turn, forget);
    ++report.removed;
  } catch (const Failure& failure) {  // counted; the next run finds the blob where this one left it
    if (failure.error().code == ErrorCode::kConflict) {
      report.elsewhere = true;
    } else {
      ++report.failed;
    }
  }
}

}  // namespace cairn::content
