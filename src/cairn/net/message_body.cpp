#include "cairn/net/message_body.h"

#include <algorithm>
#include <array>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t kMostCoded = 64u << 10;

}  // namespace

MessageBody::MessageBody(Connection& connection, const Request& head, std::string_view ahead, const BodyLimits& limits)
    : connection_(connection),
      limits_(limits),
      ahead_(ahead),
      content_length_(head.content_length),
      left_(head.chunked ? 0 : head.content_length),
      wants_continue_(head.has_body() && ahead.empty() && !head.http_1_0 && head.header("expect").has_value()),
      allowance_(limits.patience) {
  if (!head.chunked) return;
  chunked_.emplace();
  coded_ = ahead_;
  ahead_ = {};
}

std::optional<std::uint64_t> MessageBody::size() const {
  if (chunked_) return std::nullopt;
  return content_length_;
}

void MessageBody::break_off(std::string_view why) {
  broken_ = true;
  throw Failure({ErrorCode::kInvalidInput, std::string(why), "body"});
}

Task<std::size_t> MessageBody::read(std::span<std::byte> into) {
  if (into.empty()) co_return 0;
  if (broken_) break_off("The body was broken off.");
  auto reading = chunked_ ? read_chunked(into) : read_plain(into);
  const auto got = co_await std::move(reading);
  co_return got;
}

Task<std::size_t> MessageBody::read_plain(std::span<std::byte> into) {
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
  if (most == 0) co_return 0;
  const std::span<char> place(reinterpret_cast<char*>(into.data()), most);
  std::size_t got = std::min(most, ahead_.size());
  std::ranges::copy(ahead_.substr(0, got), place.begin());
  ahead_.remove_prefix(got);
  if (got == 0) got = co_await read_some(place, most);
  left_ -= got;
  co_return got;
}

Task<std::size_t> MessageBody::read_chunked(std::span<std::byte> into) {
  while (!chunked_->ended()) {
    if (coded_.empty()) {
      std::string read(std::min(into.size(), kMostCoded), '\0');
      const auto got = co_await read_some(read, read.size());
      read.resize(got);
      coded_ = std::move(read);
    }
    const auto decoded = chunked_->decode(std::string_view(coded_).substr(0, into.size()), into);
    if (!decoded) break_off(decoded.error().message);
    coded_.erase(0, decoded->taken);
    if (decoded->given > 0) co_return decoded->given;
  }
  co_return 0;
}

// Waits for the first byte, then takes what is there: fewer, fuller reads cost less than many small ones.
Task<std::size_t> MessageBody::read_some(std::span<char> into, std::size_t most) {
  if (wants_continue_) {
    wants_continue_ = false;
    const bool sent = co_await connection_.send(kContinue, limits_.patience);
    if (!sent) break_off("The connection ended before the body was whole.");
  }
  co_await connection_.pause();
  std::size_t got = 0;
  while (got < most) {
    const auto read = connection_.try_read(into.subspan(got, most - got));
    got += read.bytes;
    if (read.how == Transferred::How::kDone) continue;
    if (got > 0) break;
    if (read.how == Transferred::How::kClosed) break_off("The connection ended, or was too slow, before the body was whole.");
    // The client's own time counts, not what the disk takes.
    const auto began = std::chrono::steady_clock::now();
    connection_.expect_by(std::chrono::ceil<std::chrono::milliseconds>(allowance_));
    co_await connection_.readable();
    allowance_ -= std::chrono::steady_clock::now() - began;
  }
  connection_.expect_nothing();
  allowance_ += std::chrono::duration<double>(static_cast<double>(got) / static_cast<double>(limits_.least_rate));
  allowance_ = std::min<std::chrono::duration<double>>(allowance_, limits_.patience);
  co_return got;
}

Task<bool> MessageBody::finish(std::size_t most) {
  if (wants_continue_ || broken_) co_return false;  // what it does now, only the client knows
  std::array<std::byte, 4096> unwanted;
  try {
    for (std::size_t read = 0; read <= most;) {
      const auto got = co_await this->read(unwanted);
      if (got == 0) co_return true;
      read += got;
    }
  } catch (const Failure&) {
    co_return false;
  }
  co_return false;
}

}  // namespace cairn::net
