#include "cairn/app/tidy.h"

#include <algorithm>

#include "cairn/account/guess_budget.h"
#include "cairn/app/portal.h"
#include "cairn/ledger/job.h"
#include "cairn/ledger/journal.h"
#include "cairn/ledger/operation.h"
#include "cairn/tree/expiry.h"
#include "cairn/tree/space_removal.h"
#include "cairn/upload/end_upload.h"

namespace cairn::app {
namespace {

constexpr Turn kTidying{};
constexpr std::chrono::hours kKeepMarks{1};  // readers look for missed signals every few seconds

struct Forget {
  const Settings* settings;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  // True if there may be more.
  bool run(db::Transaction& tx) const {
    const auto batch = settings->ledger.tidy_batch;
    const auto now = tx.now();
    const auto most = std::max(
        {ledger::forget_answers(tx, now - settings->ledger.keep_answers, batch),
         ledger::forget_jobs(tx, now - settings->jobs.keep, batch), ledger::forget_changed_streams(tx, now - kKeepMarks, batch),
         account::forget_sessions(tx, session_limits(*settings), batch), account::forget_guesses(tx, batch)});
    return most >= static_cast<std::int64_t>(batch);
  }
};

Task<> tidy_uploads(db::Database& database, const Settings& settings, const std::function<bool()>& stopping) {
  const auto batch = settings.ledger.tidy_batch;
  auto end = upload::EndExpired{.batch = batch};
  for (bool more = true; more && !stopping();) {
    const auto ended = co_await database.write(kTidying, end);
    more = ended == batch;
  }
  auto lost = upload::EndLost{.batch = batch};
  for (bool more = true; more && !stopping();) {
    const auto last = co_await database.write(kTidying, lost);
    more = last.has_value();
    lost.after = last.value_or(upload::UploadId());
  }
}

}  // namespace

Task<> tidy(db::Database& database, const Settings& settings, const std::function<bool()>& stopping) {
  auto forget = Forget{&settings};
  for (bool more = true; more && !stopping();) more = co_await database.write(kTidying, forget);
  auto purge = tree::PurgeExpired{.keep = settings.trash.keep};
  for (bool more = true; more && !stopping();) {
    const auto purged = co_await database.write(kTidying, purge);
    more = purged.last.has_value();
    purge.after = purged.last.value_or(tree::SpaceId());
  }
  auto leftovers = tree::PurgeLeftovers{};
  co_await database.write(kTidying, leftovers);
  auto left_spaces = tree::RemoveLeftSpaces{};
  co_await database.write(kTidying, left_spaces);
  co_await tidy_uploads(database, settings, stopping);
}

}  // namespace cairn::app
