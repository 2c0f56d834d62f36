#include <cerrno>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cairn/net/byte_stream.h"
#include "cairn/runtime/io_context.h"

namespace cairn::net {
namespace {

namespace asio = boost::asio;

class SocketStream final : public ByteStream {
 public:
  // A descriptor, not an Asio socket: one type for TCP and Unix, and Asio serves only to wait.
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  SocketStream(IoThread& thread, int descriptor) : descriptor_(io_context_of(thread), descriptor) {}

  [[nodiscard]] Transferred try_read(std::span<char> into) noexcept override {
    return moved([&] { return ::recv(descriptor_.native_handle(), into.data(), into.size(), MSG_DONTWAIT); });
  }

  [[nodiscard]] Transferred try_write(std::string_view bytes) noexcept override {
    return moved([&] { return ::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
  }

  [[nodiscard]] bool has_unread() const noexcept override {
    char first = 0;
    return ::recv(descriptor_.native_handle(), &first, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
  }

  [[nodiscard]] bool sends_files() const noexcept override { return true; }

  [[nodiscard]] Transferred try_send_file(const FilePiece& piece) noexcept override {
    auto offset = static_cast<off_t>(piece.offset);
    ssize_t count = 0;
    const auto sent =
        moved([&] { return count = ::sendfile(descriptor_.native_handle(), piece.descriptor, &offset, piece.length); });
    const bool of_the_file = count == 0 || errno == EIO || errno == EINVAL || errno == EOVERFLOW;
    return sent.how == Transferred::How::kClosed && of_the_file ? Transferred{Transferred::How::kNoSource} : sent;
  }

  void hold_partial_packets(bool held) noexcept override {
    const int on = held ? 1 : 0;
    ::setsockopt(descriptor_.native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);  // a Unix socket has no packets: it refuses
  }

  void finish_writing() noexcept override { ::shutdown(descriptor_.native_handle(), SHUT_WR); }
  void shut_down() noexcept override { ::shutdown(descriptor_.native_handle(), SHUT_RDWR); }
  void abort() noexcept override {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    shut_down();
  }

 private:
  template <class Call>
  static Transferred moved(Call call) noexcept {
    ssize_t count = 0;
    do {
      count = call();
    } while (count < 0 && errno == EINTR);
    if (count > 0) return {Transferred::How::kDone, static_cast<std::size_t>(count)};
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {Transferred::How::kBlocked};
    return {Transferred::How::kClosed};
  }

  void wait(Direction direction, std::coroutine_handle<> waiting) override {
    const auto kind = direction == Direction::kRead ? Descriptor::wait_read : Descriptor::wait_write;
    // An error shows at the next try.
    descriptor_.async_wait(kind, [waiting](const boost::system::error_code&) { waiting.resume(); });
  }

  mutable Descriptor descriptor_;  // Asio's native_handle() is not const
};

}  // namespace

std::unique_ptr<ByteStream> make_socket_stream(IoThread& thread, int descriptor) {
  try {
    return std::make_unique<SocketStream>(thread, descriptor);
  } catch (...) {
    ::close(descriptor);  // nobody else owns it yet
    throw;
  }
}

}  // namespace cairn::net
