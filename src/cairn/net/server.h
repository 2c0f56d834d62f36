#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cairn/net/address.h"
#include "cairn/net/session.h"
#include "cairn/runtime/io_thread.h"

namespace cairn::net {

/// Serves one set of routes on some addresses, with the given io threads. Its public functions are called from one thread that is
/// not one of those.
class Server {
 public:
  struct Limits {
    SessionLimits session;
    std::size_t max_connections;
  };

  /// `name` labels its metrics. All that is passed by reference outlives it.
  Server(const std::string& name, std::span<const std::unique_ptr<IoThread>> threads, const Router& router, Limits limits,
         Log& log, const Clock& clock, Metrics& metrics);
  /// stop() must have been called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Begins to accept on `address`; gives it with the port chosen. Errors as of Listener::open.
  Result<Address> listen(const Address& address);

  /// Accepts no more; idle connections end, requests under way go on.
  void begin_stop();

  /// Waits for those until that time, then ends their connections; returns when all have ended. After begin_stop().
  void finish_stop(std::chrono::steady_clock::time_point until);

  /// Both.
  void stop(std::chrono::milliseconds patience) {
    begin_stop();
    finish_stop(std::chrono::steady_clock::now() + patience);
  }

 private:
  class OnThread;

  const std::size_t max_connections_;
  SessionContext context_;
  std::atomic<std::size_t> open_ = 0;
  Gauge connections_;
  Counter over_limit_;
  std::vector<std::unique_ptr<OnThread>> parts_;
  bool stopping_ = false;
};

}  // namespace cairn::net
