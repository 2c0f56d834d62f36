#pragma once
#include <coroutine>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "cairn/runtime/file_piece.h"
#include "cairn/runtime/io_thread.h"

namespace cairn::net {

/// How a try to read or write ended.
struct Transferred {
  enum class How {
    kDone,      ///< `bytes` were moved
    kBlocked,   ///< none now: wait and try again
    kClosed,    ///< the other side has closed, or the connection failed
    kNoSource,  ///< the file that was to be sent cannot be read, or ends too early
  };
  How how;
  std::size_t bytes = 0;
};

/// A connected byte stream on one io thread: TCP, a Unix socket, TLS. A session is written against this, not templated on
/// it. Used on its thread only.
class ByteStream {
 public:
  enum class Direction { kRead, kWrite };

  /// `co_await stream.ready(…)`: waits until the socket can be read or written, or has been shut down. One wait a direction at a
  /// time.
  class Ready {
   public:
    Ready(ByteStream& stream, Direction direction) : stream_(stream), direction_(direction) {}
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { stream_.wait(direction_, waiting); }
    void await_resume() const noexcept {}

   private:
    ByteStream& stream_;
    Direction direction_;
  };

  virtual ~ByteStream() = default;

  [[nodiscard]] virtual Transferred try_read(std::span<char> into) noexcept = 0;
  [[nodiscard]] virtual Transferred try_write(std::string_view bytes) noexcept = 0;
  /// True if there are bytes that nobody has read yet: for try_read(), or for the stream itself.
  [[nodiscard]] virtual bool has_unread() const noexcept = 0;
  /// Sends some of what a try to write has taken and keeps still: nothing, unless the stream seals it. kDone with no bytes once
  /// nothing is left.
  [[nodiscard]] virtual Transferred try_flush() noexcept { return {Transferred::How::kDone}; }
  /// True if try_send_file() works here: what is sealed on the way must be read first.
  [[nodiscard]] virtual bool sends_files() const noexcept { return false; }
  /// Sends the piece's first bytes, without copying them.
  [[nodiscard]] virtual Transferred try_send_file(const FilePiece& /*piece*/) noexcept { return {Transferred::How::kClosed}; }
  /// While `held`, only full packets go out; the rest follows at its end. A hint.
  virtual void hold_partial_packets(bool /*held*/) noexcept {}
  /// False until both sides have agreed on how to speak.
  [[nodiscard]] virtual bool is_established() const noexcept { return true; }
  [[nodiscard]] Ready ready(Direction direction) { return {*this, direction}; }

  /// Sends no more; the other side sees the end.
  virtual void finish_writing() noexcept = 0;
  /// Ends both directions: whoever waits goes on and finds it closed.
  virtual void shut_down() noexcept = 0;
  /// The same without ceremony: what is not delivered when the stream is destroyed is lost, and the other side told so then
  /// (TCP's reset). Else one that never pauses could go on for minutes against a closed window before it notices.
  virtual void abort() noexcept = 0;

 protected:
  virtual void wait(Direction direction, std::coroutine_handle<> waiting) = 0;
};

/// A connected socket as a stream; takes the descriptor over. Wants SIGPIPE ignored: sendfile(2) cannot be told not to send it.
[[nodiscard]] std::unique_ptr<ByteStream> make_socket_stream(IoThread& thread, int descriptor);

}  // namespace cairn::net
