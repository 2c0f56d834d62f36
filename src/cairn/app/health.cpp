#include "cairn/app/health.h"

#include <string_view>

#include <fmt/format.h>

#include "cairn/db/probe.h"

namespace cairn::app {

Task<net::Response> Health::live(const net::Request& /*request*/) {
  co_return net::Response{.content_type = "application/json", .body = R"({"status":"live"})"};
}

Task<net::Response> Health::ready(const net::Request& /*request*/) {
  auto finding = known();
  if (!finding) finding = co_await probe();
  std::string_view status = "ready";
  switch (*finding) {
    case Finding::kReady: break;
    case Finding::kDraining: status = "draining"; break;
    case Finding::kDatabaseFails: status = "database-fails"; break;
    case Finding::kDatabaseSlow: status = "database-slow"; break;
  }
  co_return net::Response{.status = *finding == Finding::kReady ? 200 : 503,
                          .content_type = "application/json",
                          .body = fmt::format(R"({{"status":"{}"}})", status)};
}

void Health::set_draining() {
  const std::scoped_lock lock(mutex_);
  draining_ = true;
}

// What can be told without asking the database; nothing if the caller is to probe, which it then has the turn for.
std::optional<Health::Finding> Health::known() {
  const std::scoped_lock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (draining_) return Finding::kDraining;
  if (probing_ && now - probe_began_ > limits_.slow_after) return Finding::kDatabaseSlow;
  if (found_ && (probing_ || now - found_at_ < limits_.probe_age)) return found_;
  if (probing_) return Finding::kDatabaseSlow;  // the very first probe is under way
  probing_ = true;
  probe_began_ = now;
  return std::nullopt;
}

Task<Health::Finding> Health::probe() {
  auto finding = Finding::kReady;
  try {
    constexpr Turn kReserved{.kind = Turn::Kind::kReserved};
    co_await database_.write(kReserved, db::Probe{});
  } catch (const Failure& failure) {
    log_.error("health.database", {{"what", failure.error().message}});
    finding = Finding::kDatabaseFails;
  }
  const std::scoped_lock lock(mutex_);
  probing_ = false;
  found_at_ = std::chrono::steady_clock::now();
  found_ = finding;
  co_return finding;
}

}  // namespace cairn::app
