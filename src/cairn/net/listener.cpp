#include "cairn/net/listener.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cairn/runtime/io_context.h"

namespace cairn::net {
namespace {

namespace asio = boost::asio;

std::unexpected<Error> system_failure(const Address& address) {
  const int number = errno;
  const auto text = std::generic_category().message(number);
  if (number == EADDRINUSE)
    return failure(ErrorCode::kConflict,
                   fmt::format("{} is in use by another program. Stop it, or choose another address.", address.text()),
                   address.text());
  return failure(number == EACCES ? ErrorCode::kDenied : ErrorCode::kIo,
                 fmt::format("Cannot listen on {}: {}", address.text(), text), address.text());
}

class OwnedSocket {
 public:
  explicit OwnedSocket(int family) : number_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~OwnedSocket() {
    if (number_ >= 0) ::close(number_);
  }
  OwnedSocket(const OwnedSocket&) = delete;
  OwnedSocket& operator=(const OwnedSocket&) = delete;
  [[nodiscard]] int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  [[nodiscard]] bool set(int level, int option) const {
    const int on = 1;
    return ::setsockopt(number_, level, option, &on, sizeof on) == 0;
  }

 private:
  int number_;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
};

Result<SocketAddress> resolve(const Address& address) {
  SocketAddress resolved;
  if (address.kind == Address::Kind::kUnix) {
    auto* unix_address = reinterpret_cast<sockaddr_un*>(&resolved.storage);
    if (address.host.size() >= sizeof unix_address->sun_path) {
      errno = ENAMETOOLONG;
      return system_failure(address);
    }
    unix_address->sun_family = AF_UNIX;
    std::ranges::copy(address.host, unix_address->sun_path);
    resolved.length = sizeof *unix_address;
    return resolved;
  }
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(address.port);
  if (const int code = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found); code != 0)
    return failure(ErrorCode::kInvalidInput, fmt::format("{}: {}", address.text(), ::gai_strerror(code)), address.text());
  std::copy_n(reinterpret_cast<const std::byte*>(found->ai_addr), found->ai_addrlen,
              reinterpret_cast<std::byte*>(&resolved.storage));
  resolved.length = found->ai_addrlen;
  ::freeaddrinfo(found);
  return resolved;
}

// SO_REUSEPORT lets any program of the same user share an address unasked, so the first to come makes sure that nobody has it.
bool is_free(const SocketAddress& address) {
  const OwnedSocket probe(address.family());
  return probe.set(SOL_SOCKET, SO_REUSEADDR) && ::bind(probe.get(), address.get(), address.length) == 0 &&
         ::listen(probe.get(), 1) == 0;
}

std::string text_of(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &address, text.data(), text.size());
  return text.data();
}

// The network of that many bytes.
std::string network_of(in6_addr address, std::size_t bytes) {
  std::fill(std::begin(address.s6_addr) + static_cast<std::ptrdiff_t>(bytes), std::end(address.s6_addr), std::uint8_t{0});
  return fmt::format("{}/{}", text_of(address), bytes * 8);
}

Peer peer_of(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return {.address = text.data(), .prefix = text.data(), .loopback = (ntohl(address.s_addr) >> 24) == 127};
}

// Who shares budgets with whom: an IPv4 address is one customer; an IPv6 customer has a /64, and often a /48 (RFC 6177).
Peer peer_at(const sockaddr_storage& from) {
  constexpr std::size_t kPrefix = 8;
  constexpr std::size_t kWide = 6;
  if (from.ss_family == AF_INET) return peer_of(reinterpret_cast<const sockaddr_in*>(&from)->sin_addr);
  if (from.ss_family != AF_INET6) return {.loopback = true};
  const auto& address = reinterpret_cast<const sockaddr_in6*>(&from)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr mapped{};
    std::memcpy(&mapped, std::begin(address.s6_addr) + 12, sizeof mapped);
    return peer_of(mapped);
  }
  return {.address = text_of(address),
          .prefix = network_of(address, kPrefix),
          .wide = network_of(address, kWide),
          .loopback = IN6_IS_ADDR_LOOPBACK(&address)};
}

std::uint16_t bound_port(int socket) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &length);
  if (bound.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port);
}

}  // namespace

struct Listener::Socket {
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  Socket(IoThread& used, int number) : thread(used), descriptor(io_context_of(used), number), pause(used) {}

  struct Ready {
    Descriptor& descriptor;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      descriptor.async_wait(Descriptor::wait_read, [waiting](const boost::system::error_code&) { waiting.resume(); });
    }
    void await_resume() const noexcept {}
  };

  IoThread& thread;
  Descriptor descriptor;
  Timer pause;
};

Listener::Listener(std::unique_ptr<Socket> socket, Address address) : socket_(std::move(socket)), address_(std::move(address)) {}
Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::open(IoThread& thread, const Address& address, bool join) {
  const auto resolved = resolve(address);
  if (!resolved) return failure(resolved);
  OwnedSocket socket(resolved->family());
  if (socket.get() < 0) return system_failure(address);
  if (address.kind == Address::Kind::kUnix) {
    ::unlink(address.host.c_str());
  } else {
    if (!join && address.port != 0 && !is_free(*resolved)) return system_failure(address);
    if (!socket.set(SOL_SOCKET, SO_REUSEADDR) || !socket.set(SOL_SOCKET, SO_REUSEPORT) || !socket.set(IPPROTO_TCP, TCP_NODELAY))
      return system_failure(address);
  }
  if (::bind(socket.get(), resolved->get(), resolved->length) != 0) return system_failure(address);
  if (address.kind == Address::Kind::kUnix && ::chmod(address.host.c_str(), 0600) != 0) return system_failure(address);
  if (::listen(socket.get(), SOMAXCONN) != 0) return system_failure(address);
  auto bound = address;
  if (address.kind == Address::Kind::kTcp) bound.port = bound_port(socket.get());
  return std::unique_ptr<Listener>(new Listener(std::make_unique<Socket>(thread, socket.release()), bound));
}

Task<Listener::Accepted> Listener::accept(std::chrono::milliseconds pause) {
  for (;;) {
    if (!socket_->descriptor.is_open()) co_return Accepted{};
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const int connection =
        ::accept4(socket_->descriptor.native_handle(), reinterpret_cast<sockaddr*>(&from), &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection >= 0 && is_ours(connection)) {
      auto peer = peer_at(from);
      peer.encrypted = address_.encrypted;
      co_return Accepted{.descriptor = connection, .peer = std::move(peer)};
    }
    if (connection >= 0) {
      ::close(connection);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      auto ready = Socket::Ready{socket_->descriptor};
      co_await ready;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      (void)co_await socket_->pause.wait(pause);  // ends early only when the listener is closed, which the loop sees
    }  // else that connection was gone before it was taken
  }
}

void Listener::close() noexcept {
  socket_->pause.cancel();
  boost::system::error_code error;
  [[maybe_unused]] const auto result = socket_->descriptor.close(error);  // a listening socket holds nothing that could be lost
  if (address_.kind == Address::Kind::kUnix) ::unlink(address_.host.c_str());
}

bool Listener::is_ours(int connection) const {
  if (address_.kind != Address::Kind::kUnix) return true;
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return false;
  return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace cairn::net
