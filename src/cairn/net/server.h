#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cairn/net/address.h"
#include "cairn/net/session.h"
#include "cairn/net/tls.h"
#include "cairn/runtime/io_thread.h"

namespace cairn::net {

/// Serves one set of routes on some addresses, with the given io threads. Its public functions are called from one thread that is
/// not one of those.
class Server {
 public:
  struct Limits {
    SessionLimits session;
    std::size_t max_connections;
    std::size_t max_connections_per_client;  ///< from one IPv4 address or IPv6 /64, four times as many from a /48; this machine
                                             ///< itself has no such limit
  };

  /// `name` labels its metrics. All that is passed by reference or pointer outlives it; without `identity` there is no HTTPS.
  Server(const std::string& name, std::span<const std::unique_ptr<IoThread>> threads, const Router& router, Limits limits,
         Log& log, const Clock& clock, Metrics& metrics, const TlsIdentity* identity = nullptr);
  /// stop() must have been called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Begins to accept on `address`; gives it with the port chosen. Errors as of Listener::open.
  Result<Address> listen(const Address& address);

  /// Accepts no more; idle connections end, requests under way go on.
  void begin_stop();
  /// True from its very beginning: no connection is kept for a further request.
  [[nodiscard]] bool is_stopping() const { return context_.draining; }

  /// Waits for those until that time, then ends their connections; returns when all have ended. After begin_stop().
  void finish_stop(std::chrono::steady_clock::time_point until);

  /// Both.
  void stop(std::chrono::milliseconds patience) {
    begin_stop();
    finish_stop(std::chrono::steady_clock::now() + patience);
  }

 private:
  class OnThread;

  OnThread& least_busy(OnThread& asking);
  [[nodiscard]] bool admit(const Peer& peer);
  void leave(const Peer& peer);

  const Limits limits_;
  const TlsIdentity* const identity_;
  SessionContext context_;
  std::mutex open_mutex_;
  std::size_t open_ = 0;
  std::unordered_map<std::string, std::size_t> open_of_client_;  // by network, prefix or wide
  Gauge connections_;
  Counter over_limit_;
  std::vector<std::unique_ptr<OnThread>> parts_;
  bool stopping_ = false;
};

}  // namespace cairn::net
