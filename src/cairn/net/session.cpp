#include "cairn/net/session.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cairn/base/id.h"
#include "cairn/net/conditions.h"
#include "cairn/net/head_parser.h"
#include "cairn/net/problem.h"
#include "cairn/net/trace_context.h"

namespace cairn::net {
namespace {

struct RequestKind {
  static constexpr std::string_view kPrefix = "req";
};

constexpr std::size_t kReadBytes = 4096;
constexpr std::chrono::milliseconds kLingerTime{10'000};
constexpr std::chrono::milliseconds kLingerInDrain{1'000};
constexpr std::size_t kLingerPiece = 16u << 10;
constexpr std::size_t kStreamBytes = 256u << 10;  // of an answer, copied or opened at once
// Of one that the kernel sends from a file. Between two pieces it is looked at whether the reader may still read, so that a slow
// one gets smaller pieces.
constexpr std::size_t kMostFileBytes = 2u << 20;
constexpr std::chrono::milliseconds kPieceTime{1'000};
constexpr std::size_t kUnreadBytes = 64u << 10;  // of a body that nobody wanted, to be read over
constexpr std::size_t kMostEmptyLines = 8;

// Made once a second on each thread.
std::string_view date_field(Instant now) {
  thread_local std::chrono::sys_seconds made_for = std::chrono::sys_seconds::min();
  thread_local std::string text;
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != made_for) {
    text = http_date(now);
    made_for = second;
  }
  return text;
}

// RFC 9110 §6.4.1: these two never have one, and what came behind them would be taken for the next answer.
bool has_body(const Response& response) { return response.status != 204 && response.status != 304; }

std::uint64_t length_of(const Response& response) { return response.stream ? response.stream_length : response.body.size(); }

// Counts while it is there.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>* count) : count_(count) {
    if (count_ != nullptr) count_->fetch_add(1, std::memory_order_relaxed);
  }
  ~Counted() {
    if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>* count_;
};

// More than what comes with its head.
bool is_transfer(const Request& request) { return request.chunked || request.content_length > kUnreadBytes; }

bool sets_cache_control(const Response& response) {
  for (const auto& [name, value] : response.fields)
    if (name == "Cache-Control") return true;
  return false;
}

}  // namespace

Session::Session(std::unique_ptr<ByteStream> stream, Peer peer, SessionContext& context, std::atomic<std::size_t>& transfers)
    : connection_(std::move(stream)),
      peer_(std::move(peer)),
      context_(context),
      transfers_(transfers),
      report_failure_([&log = context.log](const Request& failed, std::string_view what) {
        log.error("request.failed", {{"request_id", failed.id}, {"path", failed.path}, {"what", what}});
      }) {}

Task<> Session::run() {
  for (;;) {
    const auto next = co_await serve_one();
    if (next == Next::kEnd) co_return;
  }
}

Task<Session::Next> Session::serve_one() {
  co_await connection_.pause();
  const bool whole = co_await read_head();
  if (!whole && refused_status_ == 0) co_return Next::kEnd;

  Request request;
  if (refused_status_ == 0) {
    auto parsed = parse_head(std::string_view(buffer_).substr(0, head_end_));
    if (parsed) {
      request = std::move(*parsed);
    } else {
      refuse(parsed.error().status, parsed.error().detail);
    }
  }
  request.id = Id<RequestKind>::make(context_.clock.now()).text();
  request.peer = &peer_;
  const auto began = std::chrono::steady_clock::now();
  context_.requests.add();
  connection_.expect_nothing();  // the handler has deadlines of its own

  MessageBody body(connection_, request, std::string_view(buffer_).substr(head_end_), context_.limits.body);
  request.body = &body;
  auto response = co_await answer(request);
  const bool keep_alive = request.keep_alive && !context_.draining && body.is_nearly_read(kUnreadBytes);
  const bool sent = co_await send(request, response, keep_alive);
  if (context_.limits.log_requests) log_answered(request, response, began, sent);
  if (!sent) co_return Next::kEnd;
  if (!keep_alive) {
    connection_.finish_writing();
    co_await linger();
    co_return Next::kEnd;
  }
  const bool read_over = co_await body.finish(kUnreadBytes);
  if (!read_over) co_return Next::kEnd;
  take_rest(body);
  co_return Next::kServe;
}

// Of the address only the route: names of files and secrets in links are nobody's business who reads logs.
void Session::log_answered(const Request& request, const Response& response, std::chrono::steady_clock::time_point began,
                           bool sent) {
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  context_.log.info("request.answered", {{"request_id", request.id},
                                         {"trace_id", trace_id_of(request)},
                                         {"method", name_of(request.method)},
                                         {"route", request.route},
                                         {"status", response.status},
                                         {"bytes", length_of(response)},
                                         {"sent", sent},
                                         {"took_ms", took.count()},
                                         {"address", peer_.address}});
}

Task<Response> Session::answer(Request& request) {
  if (refused_status_ == 0) {
    const Counted counted(is_transfer(request) ? &transfers_ : nullptr);
    auto answer = context_.router.answer(request, report_failure_);
    auto response = co_await std::move(answer);
    co_return response;
  }
  context_.refused_heads.add();
  request.keep_alive = false;
  co_return problem(refused_status_, "bad-request", refused_detail_, request.id);
}

// What was read behind the request is the front of the next one.
void Session::take_rest(const MessageBody& body) {
  const auto rest = body.rest();
  if (const bool is_ours = rest.empty() || (rest.data() >= buffer_.data() && rest.data() < buffer_.data() + buffer_.size());
      is_ours) {
    buffer_.erase(0, buffer_.size() - rest.size());
  } else {
    buffer_ = rest;
  }
  head_end_ = 0;
}

// True once buffer_ begins with a whole head. False at the connection's end, or with refused_status_ set.
Task<bool> Session::read_head() {
  // Each part has its time, from its beginning: what only trickles in renews nothing.
  enum class Part { kNone, kHandshake, kIdle, kHead } part = Part::kNone;
  for (;;) {
    if (!skip_empty_lines()) {
      refuse(400, "There are too many empty lines before the request.");
      co_return false;
    }
    const auto end = find_head_end(buffer_);
    if (!end || (*end ? **end : buffer_.size()) > context_.limits.max_head_bytes) {
      refuse(end ? 431 : end.error().status, end ? "The request's head is too long." : end.error().detail);
      co_return false;
    }
    if (*end) {
      head_end_ = **end;
      empty_lines_ = 0;
      idle_ = false;
      co_return true;
    }
    idle_ = buffer_.empty();
    const auto now = !connection_.is_established() ? Part::kHandshake : idle_ ? Part::kIdle : Part::kHead;
    if (now > part) {
      part = now;
      connection_.expect_by(now == Part::kIdle ? context_.limits.idle_timeout : context_.limits.head_timeout);
    }
    const auto had = buffer_.size();
    Transferred got{};
    buffer_.resize_and_overwrite(had + kReadBytes, [&](char* data, std::size_t) {
      got = connection_.try_read({data + had, kReadBytes});
      return had + got.bytes;
    });
    if (got.how == Transferred::How::kClosed) co_return false;
    if (got.how == Transferred::How::kDone) continue;
    if (buffer_.empty() && context_.draining) co_return false;
    co_await connection_.readable();
  }
}

// RFC 9112 §2.2: empty lines before a request are ignored. False if there are more than any honest client sends.
bool Session::skip_empty_lines() {
  std::size_t length = 0;
  while (buffer_.compare(length, 2, "\r\n") == 0) length += 2;
  buffer_.erase(0, length);
  empty_lines_ += length / 2;
  return empty_lines_ <= kMostEmptyLines;
}

void Session::refuse(int status, std::string_view detail) {
  refused_status_ = status;
  refused_detail_ = detail;
}

Task<bool> Session::send(const Request& request, Response& response, bool keep_alive) {
  const bool streams = response.stream && response.stream_length > 0 && request.method != Method::kHead && has_body(response);
  if (!streams) {
    const auto text = rendered(request, response, keep_alive);
    const bool sent = co_await connection_.send(text, context_.limits.write_timeout);
    co_return sent;
  }
  auto sending = send_stream(request, response, keep_alive);
  const bool sent = co_await std::move(sending);
  co_return sent;
}

// Takes the next part from the answer's source. False if the source fails, or ends early.
Task<bool> Session::fill(const Request& request, Response& response, Piece& piece) {
  std::exception_ptr broken;
  try {
    piece.file = {};
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(piece.left, piece.most));
    if (connection_.sends_files()) piece.file = co_await response.stream->next_piece(most);
    piece.left -= piece.file.length;
    if (piece.file.length == 0) co_await fill_bytes(*response.stream, piece);
  } catch (...) {
    broken = std::current_exception();  // answered, or told to the log
  }
  if (!broken) co_return true;
  piece.problem = problem_of(broken, request, report_failure_);
  co_return false;
}

// Fills a buffer, behind the head if that was not sent yet.
Task<> Session::fill_bytes(BodySource& source, Piece& piece) {
  const auto size = piece.head.size() + static_cast<std::size_t>(std::min<std::uint64_t>(kStreamBytes, piece.left));
  if (!piece.bytes) piece.bytes = std::make_unique_for_overwrite<char[]>(size);
  std::ranges::copy(piece.head, piece.bytes.get());
  piece.filled = piece.head.size();
  while (piece.filled < size) {
    const auto got =
        co_await source.read(std::as_writable_bytes(std::span(piece.bytes.get() + piece.filled, size - piece.filled)));
    if (got == 0) throw Failure({ErrorCode::kCorrupt, "The content ended before its length."});
    piece.filled += got;
    piece.left -= got;
  }
  piece.head.clear();
}

Task<bool> Session::send_piece(Piece& piece) {
  const auto stall = context_.limits.write_timeout;
  bool sent = true;
  if (piece.file.length == 0) {
    sent = co_await connection_.send({piece.bytes.get(), piece.filled}, stall);
    co_return sent;
  }
  if (!piece.head.empty()) {
    piece.held = true;
    connection_.hold_partial_packets(true);
    sent = co_await connection_.send(piece.head, stall);
    piece.head.clear();
  }
  if (!sent) co_return false;
  const auto began = std::chrono::steady_clock::now();
  sent = co_await connection_.send_file(piece.file, stall);
  const bool quick = std::chrono::steady_clock::now() - began < kPieceTime;
  piece.most = quick ? std::min(piece.most * 2, kMostFileBytes) : std::max(piece.most / 2, kStreamBytes);
  co_return sent;
}

Task<bool> Session::send_or_report(const Request& request, Piece& piece) {
  std::exception_ptr broken;
  try {
    const bool sent = co_await send_piece(piece);
    co_return sent;
  } catch (const Failure&) {
    broken = std::current_exception();  // of the file; the client sees the answer cut
  }
  (void)problem_of(broken, request, report_failure_);
  connection_.shut_down();
  co_return false;
}

// The head goes with the first piece: what is wrong with that can still be answered. Later the answer is cut, which its length
// tells.
Task<bool> Session::send_stream(const Request& request, Response& response, bool keep_alive) {
  const Counted counted(&transfers_);
  Piece piece{.head = rendered(request, response, keep_alive), .most = kStreamBytes, .left = response.stream_length};
  for (bool first = true; piece.left > 0; first = false) {
    connection_.expect_nothing();
    const bool filled = co_await fill(request, response, piece);
    if (!filled && first) {
      response = std::move(piece.problem);
      const auto text = rendered(request, response, keep_alive);
      const bool told = co_await connection_.send(text, context_.limits.write_timeout);
      co_return told;
    }
    if (!filled) {
      connection_.shut_down();
      co_return false;
    }
    co_await connection_.pause();
    const bool sent = co_await send_or_report(request, piece);
    if (!sent) co_return false;
  }
  if (piece.held) connection_.hold_partial_packets(false);
  co_return true;
}

// Reads on for a while what nobody wants: closing with unread bytes would reset the connection, and the answer with it, before a
// client in the middle of a large upload has read it.
Task<> Session::linger() {
  lingering_ = true;
  connection_.expect_by(context_.draining ? kLingerInDrain : kLingerTime);
  const auto unwanted = std::make_unique_for_overwrite<char[]>(kLingerPiece);
  while (!connection_.is_late()) {
    const auto got = connection_.try_read({unwanted.get(), kLingerPiece});
    if (got.how == Transferred::How::kClosed) co_return;
    if (got.how == Transferred::How::kBlocked) {
      co_await connection_.readable();
    } else {
      co_await connection_.pause();
    }
  }
}

void Session::drain() {
  if (idle_ && !connection_.has_unread()) connection_.shut_down();
  if (lingering_) connection_.expect_by(kLingerInDrain);
}

std::string Session::rendered(const Request& request, const Response& response, bool keep_alive) const {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nX-Request-Id: {}\r\n", response.status,
                                 reason_phrase(response.status), date_field(context_.clock.now()), request.id);
  if (has_body(response)) text += fmt::format("Content-Length: {}\r\n", length_of(response));
  if (!response.content_type.empty()) text += fmt::format("Content-Type: {}\r\n", response.content_type);
  if (!sets_cache_control(response)) text += "Cache-Control: no-store\r\n";
  for (const auto& [name, value] : response.fields) text += fmt::format("{}: {}\r\n", name, value);
  text += "X-Content-Type-Options: nosniff\r\n";
  if (!keep_alive) {
    text += "Connection: close\r\n";
  } else if (request.http_1_0) {
    text += "Connection: keep-alive\r\n";
  }
  text += "\r\n";
  if (request.method != Method::kHead && has_body(response)) text += response.body;
  return text;
}

}  // namespace cairn::net
