#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cairn/net/byte_stream.h"
#include "cairn/runtime/task.h"

namespace cairn::net {

/// A stream with a deadline, and with turns: whoever moves bytes without ever waiting lets the thread's other connections run now
/// and then. Used on its thread only.
class Connection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Connection(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  /// Ends the connection if it is later than its deadline: called now and then.
  void sweep(Time now) {
    if (now >= deadline_) stream_->shut_down();
  }
  void expect_by(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
  void expect_nothing() { deadline_ = Time::max(); }
  [[nodiscard]] bool is_late() const { return std::chrono::steady_clock::now() >= deadline_; }

  /// Sends all of it; false if the connection has ended, or `stall` has passed without a byte taken.
  [[nodiscard]] Task<bool> send(std::string_view bytes, std::chrono::milliseconds stall);

  /// As of ByteStream.
  [[nodiscard]] bool sends_files() const { return stream_->sends_files(); }
  /// Sends a piece of a file, as send(). Throws Failure(kIo) if the file cannot be read, or has become shorter.
  [[nodiscard]] Task<bool> send_file(FilePiece piece, std::chrono::milliseconds stall);
  void hold_partial_packets(bool held) { stream_->hold_partial_packets(held); }

  /// Reads what is there, up to all of `into`, without waiting.
  [[nodiscard]] Transferred try_read(std::span<char> into) {
    const auto got = stream_->try_read(into);
    since_pause_ += got.bytes;
    return got;
  }

  /// Waits until there may be something to read.
  [[nodiscard]] Task<> readable();

  /// Lets others run if this connection has moved a lot without waiting.
  [[nodiscard]] Task<> pause();

  [[nodiscard]] bool has_unread() const { return stream_->has_unread(); }
  [[nodiscard]] bool is_established() const { return stream_->is_established(); }
  void finish_writing() { stream_->finish_writing(); }
  void shut_down() { stream_->shut_down(); }
  void abort() { stream_->abort(); }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::size_t since_pause_ = 0;  // bytes moved since this connection last waited
  Time deadline_ = Time::max();
};

}  // namespace cairn::net
