#include <boost/json/object.hpp>

#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/runtime/io_thread.h"

namespace cairn::api {
namespace {

constexpr std::int64_t kLongestWait = 60;        // seconds
constexpr std::chrono::milliseconds kLook{100};  // how often a waiting request looks

// A job is there for its owner alone.
struct FindJob {
  account::PersonId owner;
  ledger::JobId id;

  ledger::Job run(db::Snapshot& snapshot) const {
    auto job = ledger::find_job(snapshot, id);
    if (!job || job->owner != owner.uuid()) throw Failure({ErrorCode::kNotFound, "There is no such job."});
    return *std::move(job);
  }
};

struct CancelJob {
  account::PersonId owner;
  ledger::JobId id;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  ledger::Job run(db::Transaction& tx) const {
    (void)FindJob{.owner = owner, .id = id}.run(tx);  // throws unless it is theirs
    if (!ledger::cancel_job(tx, id)) throw Failure({ErrorCode::kConflict, "This job has ended already."});
    return FindJob{.owner = owner, .id = id}.run(tx);
  }
};

bool has_ended(const ledger::Job& job) {
  return job.state != ledger::JobState::kWaiting && job.state != ledger::JobState::kRunning;
}

}  // namespace

// GET /jobs/{id}?wait=
Task<Response> get_job(const Call& call) {
  const std::chrono::seconds wait(call.number("wait", 0, kLongestWait).value_or(0));
  const auto until = std::chrono::steady_clock::now() + wait;
  auto find = FindJob{.owner = call.who.person, .id = call.id<ledger::JobId>()};
  for (;;) {
    const auto job = co_await call.read(find);
    const bool valid = co_await call.services.authenticator.still_valid(call.turn, call.who);
    if (!valid) throw Failure({ErrorCode::kUnauthenticated, "You are not signed in any more."});
    const bool waits = !has_ended(job) && std::chrono::steady_clock::now() < until && !call.services.stopping;
    if (!waits) co_return json_response(200, to_json(job));
    co_await pause_for(kLook);
  }
}

// DELETE /jobs/{id}
Task<Response> cancel_job(const Call& call) {
  tree::require_scope(call.who, tree::Action::kWrite);
  auto cancel = CancelJob{.owner = call.who.person, .id = call.id<ledger::JobId>()};
  const auto job = co_await call.write(cancel);
  co_return json_response(202, to_json(job));
}

}  // namespace cairn::api
