#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cairn/runtime/file_piece.h"
#include "cairn/runtime/task.h"

namespace cairn::net {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

[[nodiscard]] std::string_view name_of(Method method);

struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// A request's body, pulled by its handler in one loop: nothing more is taken from the client than the handler asks for.
class Body {
 public:
  virtual ~Body() = default;

  /// Its size if the client has announced it.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;

  /// Reads on: some bytes, at least one; 0 at its end. Throws Failure(kInvalidInput) if it is not well formed, or the connection
  /// ends or is too slow before it is whole.
  virtual Task<std::size_t> read(std::span<std::byte> into) = 0;
};

/// Bytes of an answer that are read while they are sent.
class BodySource {
 public:
  virtual ~BodySource() = default;

  /// Reads on: some bytes, at least one; 0 at its end. What it throws ends the connection, so that the client sees it cut.
  virtual Task<std::size_t> read(std::span<std::byte> into) = 0;

  /// Where the next bytes lie in a file as they are to be sent: that piece of it, at most `most` bytes, in memory by now; the
  /// source goes on behind it, and the piece can be read until the next call. Without length: read() has them. Throws as read().
  virtual Task<FilePiece> next_piece(std::size_t /*most*/) { co_return FilePiece{}; }
};

/// Who is at the other end of a connection.
struct Peer {
  std::string address{};   ///< `192.0.2.7`, `2001:db8::7`; empty on a Unix socket
  std::string prefix{};    ///< what shares budgets: an IPv4 address, an IPv6 /64
  std::string wide{};      ///< the network around it that shares larger ones: an IPv6 /48; else empty
  bool loopback = false;   ///< on this machine
  bool encrypted = false;  ///< by TLS
};

/// A request's head. The views last until the handler has ended.
struct Request {
  Method method = Method::kOther;
  std::string_view path;   ///< as it was sent, still percent-encoded; begins with `/`, or is `*`
  std::string_view query;  ///< what follows `?`, without it
  std::vector<HeaderField> fields;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;                                            ///< the body's length is not announced
  std::uint64_t content_length = 0;                                ///< 0 if none was sent
  std::string id;                                                  ///< what the answer's X-Request-Id and the log call it
  std::vector<std::pair<std::string_view, std::string>> params{};  ///< `{names}` of the route's path, decoded
  std::string_view route{};  ///< the path of the route that it matched, `/api/v1/nodes/{id}`: what logs may show of an address
  const Peer* peer = nullptr;
  Body* body = nullptr;

  [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }

  /// The field's value if it was sent (the first one, if several were); the name's case does not matter.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  /// What stands in the route's path as `{name}`.
  [[nodiscard]] const std::string& param(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type{};
  std::string body{};
  /// Beside those that the server sets itself: Content-Length, Content-Type, Date, Connection, X-Request-Id; and Cache-Control,
  /// which is `no-store` unless set here.
  std::vector<std::pair<std::string, std::string>> fields{};
  std::unique_ptr<BodySource> stream{};  ///< in place of `body`
  std::uint64_t stream_length = 0;
};

/// Answers a request. What it throws becomes a problem document: a Failure by its ErrorCode, anything else 500.
using Handler = std::function<Task<Response>(const Request&)>;

/// The reason phrase of a status code, as RFC 9110 §15 names it; empty for one that it does not know.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace cairn::net
