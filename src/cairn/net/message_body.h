#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cairn/net/chunked_decoder.h"
#include "cairn/net/connection.h"
#include "cairn/net/http.h"

namespace cairn::net {

/// How slowly a body may come.
struct BodyLimits {
  std::chrono::milliseconds patience;  ///< without a byte, and for the client's whole time beyond the rate
  std::size_t least_rate;              ///< bytes a second
};

/// The body of the request that stands at the front of a connection.
class MessageBody final : public Body {
 public:
  /// `ahead` is what has been read behind the head; it and the connection outlive this.
  MessageBody(Connection& connection, const Request& head, std::string_view ahead, const BodyLimits& limits);

  [[nodiscard]] std::optional<std::uint64_t> size() const override;
  Task<std::size_t> read(std::span<std::byte> into) override;

  /// True if at most so much is left that finish() would have to read.
  [[nodiscard]] bool is_nearly_read(std::size_t most) const {
    return !wants_continue_ && !broken_ && (chunked_ ? chunked_->ended() : left_ <= most);
  }

  /// Reads on to the end, at most `most` bytes; true if that was reached, so that the connection can take another request.
  [[nodiscard]] Task<bool> finish(std::size_t most);

  /// What was read behind the body's end: the beginning of the next request.
  [[nodiscard]] std::string_view rest() const { return chunked_ ? std::string_view(coded_) : ahead_; }

 private:
  Task<std::size_t> read_some(std::span<char> into, std::size_t most);
  Task<std::size_t> read_plain(std::span<std::byte> into);
  Task<std::size_t> read_chunked(std::span<std::byte> into);
  [[noreturn]] void break_off(std::string_view why);

  Connection& connection_;
  const BodyLimits limits_;
  std::string_view ahead_;  // not yet taken
  const std::uint64_t content_length_;
  std::uint64_t left_;  // of a body of known length
  std::optional<ChunkedDecoder> chunked_;
  std::string coded_;    // read and not yet decoded
  bool wants_continue_;  // the client waits for 100 before it sends
  bool broken_ = false;
  std::chrono::duration<double> allowance_;  // how long the client may still let us wait
};

}  // namespace cairn::net
