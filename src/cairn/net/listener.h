#pragma once
#include <memory>
#include <string>

#include "cairn/base/error.h"
#include "cairn/net/address.h"
#include "cairn/net/http.h"
#include "cairn/runtime/io_thread.h"
#include "cairn/runtime/task.h"

namespace cairn::net {

/// A socket that takes connections on one io thread. Several may share one TCP address, so that each thread has its own.
class Listener {
 public:
  /// Binds and listens. With `join` the address is one that this process listens on already; without, it must be free: kConflict.
  /// A Unix socket is made for the server's own user alone, over whatever file has the name. kDenied, kIo.
  static Result<std::unique_ptr<Listener>> open(IoThread& thread, const Address& address, bool join);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The address with the port that the system has chosen.
  [[nodiscard]] const Address& address() const { return address_; }

  /// A connection that was taken.
  struct Accepted {
    int descriptor = -1;  ///< the caller's; -1 once the listener was closed
    Peer peer{};
  };
  /// The next one. On a Unix socket only connections of root and of the server's own user come through. When the process has no
  /// descriptors left it waits `pause` and goes on.
  [[nodiscard]] Task<Accepted> accept(std::chrono::milliseconds pause);

  /// Takes no more; on the listener's thread.
  void close() noexcept;

 private:
  struct Socket;
  Listener(std::unique_ptr<Socket> socket, Address address);
  [[nodiscard]] bool is_ours(int connection) const;

  std::unique_ptr<Socket> socket_;
  Address address_;
};

}  // namespace cairn::net
