#include "cairn/net/connection.h"

#include "cairn/base/error.h"
#include "cairn/runtime/executor.h"

namespace cairn::net {
namespace {

// DESIGN D8: 256 KiB that pass through our memory, or 2 MiB that the kernel sends from its own.
constexpr std::size_t kPauseBytes = 256u << 10;
constexpr std::size_t kFileBytesForOne = 8;
constexpr std::size_t kPieceBytes = 512;  // what a piece counts for itself, however small

}  // namespace

Task<bool> Connection::send(std::string_view bytes, std::chrono::milliseconds stall) {
  expect_by(stall);
  for (;;) {
    const auto sent = bytes.empty() ? stream_->try_flush() : stream_->try_write(bytes);
    if (sent.how == Transferred::How::kClosed) co_return false;
    if (sent.how == Transferred::How::kBlocked) {
      since_pause_ = 0;
      co_await stream_->ready(ByteStream::Direction::kWrite);
      continue;
    }
    if (bytes.empty() && sent.bytes == 0) co_return true;
    if (!bytes.empty()) bytes.remove_prefix(sent.bytes);
    since_pause_ += sent.bytes;
    expect_by(stall);
  }
}

Task<bool> Connection::send_file(FilePiece piece, std::chrono::milliseconds stall) {
  expect_by(stall);
  since_pause_ += kPieceBytes;
  while (piece.length > 0) {
    const auto sent = stream_->try_send_file(piece);
    if (sent.how == Transferred::How::kClosed) co_return false;
    if (sent.how == Transferred::How::kNoSource)
      throw Failure({ErrorCode::kIo, "A file cannot be read, or has become shorter while it was sent."});
    if (sent.how == Transferred::How::kBlocked) {
      since_pause_ = 0;
      co_await stream_->ready(ByteStream::Direction::kWrite);
      continue;
    }
    piece.offset += sent.bytes;
    piece.length -= sent.bytes;
    since_pause_ += sent.bytes / kFileBytesForOne;
    expect_by(stall);
  }
  co_return true;
}

Task<> Connection::readable() {
  since_pause_ = 0;
  co_await stream_->ready(ByteStream::Direction::kRead);
}

Task<> Connection::pause() {
  if (since_pause_ < kPauseBytes) co_return;
  since_pause_ = 0;
  co_await Yield{};
}

}  // namespace cairn::net
