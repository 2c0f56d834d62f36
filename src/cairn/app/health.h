#pragma once
#include <chrono>
#include <mutex>

#include "cairn/base/log.h"
#include "cairn/db/database.h"
#include "cairn/net/http.h"

namespace cairn::app {

/// What load balancers ask. Safe to use from several threads.
class Health {
 public:
  struct Limits {
    std::chrono::milliseconds probe_age;   ///< a finding is repeated for so long
    std::chrono::milliseconds slow_after;  ///< a probe that takes longer means not ready
  };

  Health(db::Database& database, Limits limits, Log& log) : database_(database), limits_(limits), log_(log) {}

  /// `GET /health/live`: 200 as long as the process answers.
  [[nodiscard]] static Task<net::Response> live(const net::Request& request);

  /// `GET /health/ready`: 200 if requests can be served, which a durable change in the database proves; 503 with the reason if
  /// not, or while the server stops.
  Task<net::Response> ready(const net::Request& request);

  /// From now on not ready: the server stops.
  void set_draining();

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Finding { kReady, kDraining, kDatabaseFails, kDatabaseSlow };

  [[nodiscard]] std::optional<Finding> known();
  Task<Finding> probe();

  db::Database& database_;
  const Limits limits_;
  Log& log_;

  std::mutex mutex_;
  bool draining_ = false;
  bool probing_ = false;
  Time probe_began_ = Time::min();
  Time found_at_ = Time::min();
  std::optional<Finding> found_;
};

}  // namespace cairn::app
