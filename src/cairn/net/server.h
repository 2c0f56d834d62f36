#pragma once
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

  /// Accepts no more, lets the requests under way end for at most `patience`, then ends their connections, and returns when all
  /// have ended.
  void stop(std::chrono::milliseconds patience);

 private:
  class OnThread;

  const std::size_t max_connections_;
  SessionContext context_;
  Gauge connections_;
  Counter over_limit_;
  std::vector<std::unique_ptr<OnThread>> parts_;
};

}  // namespace cairn::net
