#pragma once
// A running server and clients that send what a test tells them, byte for byte.

#include <array>
#include <chrono>
#include <cstdlib>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cairn/net/server.h"
#include "cairn/runtime/worker_pool.h"

namespace cairn::net::testing {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A client that sends what a test tells it, byte for byte.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{20, 0};  // a test that waits for nothing fails instead of hanging
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  /// False once the connection is closed.
  bool send(std::string_view bytes) const { return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0; }

  /// True once the server has closed, or sent something; looks for that long.
  [[nodiscard]] bool heard_within(std::chrono::milliseconds time) const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(time.count())) != 0;
  }
  /// Everything until the server closes.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

  /// One answer: its head, and as much body as that says.
  std::string answer(bool head_only = false) {
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!receive()) return std::exchange(received_, {});
    auto length = received_.find("\r\n\r\n") + 4;
    if (const auto at = received_.find("Content-Length: "); at < length && !head_only)
      length += static_cast<std::size_t>(std::atoi(received_.c_str() + at + 16));
    while (received_.size() < length)
      if (!receive()) break;
    auto first = received_.substr(0, length);
    received_.erase(0, length);
    return first;
  }

 private:
  bool receive() {
    std::array<char, 4096> buffer;
    const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got > 0) received_.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
};

/// Starts a server on two threads with some routes.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    for (int i = 0; i < 2; ++i) threads_.push_back(std::make_unique<IoThread>("io"));
    limits_.session = {.max_head_bytes = 2048,
                       .head_timeout = std::chrono::hours(1),
                       .idle_timeout = std::chrono::hours(1),
                       .write_timeout = std::chrono::hours(1),
                       .body = {.patience = std::chrono::hours(1), .least_rate = 1024}};
    limits_.max_connections = 100;
    limits_.max_connections_per_client = 100;
  }
  ~ServerTest() override {
    if (server_ && !stopped_) server_->stop(std::chrono::milliseconds(0));
    server_.reset();
    for (auto& thread : threads_) thread->stop();
    ::close(log_file_);
  }

  Server& started() {
    server_ = std::make_unique<Server>("test", threads_, router_, limits_, log_, clock_, metrics_, identity_.get());
    const auto bound = server_->listen({.host = "127.0.0.1"});
    EXPECT_TRUE(bound.has_value());
    port_ = bound->port;
    return *server_;
  }

  std::string answer_to(std::string_view bytes) {
    if (!server_) started();
    RawClient client(port_);
    client.send(bytes);
    return client.answer();
  }

  static Task<Response> hello(const Request&) { co_return Response{.content_type = "text/plain", .body = "hello\n"}; }
  static Task<Response> thread(const Request&) { co_return Response{.body = std::to_string(::gettid())}; }
  static Task<Response> path_back(const Request& request) { co_return Response{.body = std::string(request.query)}; }
  static Task<Response> broken(const Request&) {
    throw std::logic_error("an inner secret");
    co_return Response{};
  }
  static Task<Response> taken(const Request&) {
    throw Failure({ErrorCode::kAlreadyExists, "There is a file of this name.", "/name"});
    co_return Response{};
  }
  // Takes its body in pieces of that many bytes, and gives it back.
  static Task<Response> echo(const Request& request) {
    const auto piece = request.query.empty() ? 4096 : std::atoi(std::string(request.query).c_str());
    std::vector<std::byte> buffer(static_cast<std::size_t>(piece));
    Response response;
    for (;;) {
      const auto got = co_await request.body->read(buffer);
      if (got == 0) break;
      response.body.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
    co_return response;
  }

  // Gives that many letters, by a stream; the number behind a comma is where it breaks off.
  static Task<Response> letters(const Request& request) {
    struct Letters final : BodySource {
      std::uint64_t given = 0;
      std::uint64_t breaks_at = ~std::uint64_t{0};
      Task<std::size_t> read(std::span<std::byte> into) override {
        if (given >= breaks_at) throw Failure({ErrorCode::kIo, "The disk broke."});
        const auto piece = into.first(std::min<std::size_t>(into.size(), 10'000));
        for (auto& byte : piece) byte = static_cast<std::byte>('a' + given++ % 26);
        co_return piece.size();
      }
    };
    const std::string query(request.query);
    auto source = std::make_unique<Letters>();
    if (const auto comma = query.find(','); comma != std::string::npos)
      source->breaks_at = static_cast<std::uint64_t>(std::atoll(query.c_str() + comma + 1));
    Response response;
    response.stream_length = static_cast<std::uint64_t>(std::atoll(query.c_str()));
    response.stream = std::move(source);
    co_return response;
  }

  // Gives that many letters, which lie in a file, in pieces; the number behind the comma is how many of them the file has.
  static Task<Response> filed(const Request& request) {
    struct Filed final : BodySource {
      int descriptor = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
      std::uint64_t given = 0;
      ~Filed() override { ::close(descriptor); }
      Task<std::size_t> read(std::span<std::byte> /*into*/) override { throw std::logic_error("its bytes lie in a file"); }
      Task<FilePiece> next_piece(std::size_t most) override {
        const FilePiece piece{.descriptor = descriptor, .offset = given, .length = std::min<std::size_t>(most, 700'000)};
        given += piece.length;
        co_return piece;
      }
    };
    const std::string query(request.query);
    const auto comma = query.find(',');
    auto source = std::make_unique<Filed>();
    std::string letters(static_cast<std::size_t>(std::atoll(query.c_str() + comma + 1)), ' ');
    for (std::size_t i = 0; i < letters.size(); ++i) letters[i] = static_cast<char>('a' + i % 26);
    if (::write(source->descriptor, letters.data(), letters.size()) != std::ssize(letters)) throw std::runtime_error("write");
    Response response;
    response.stream_length = static_cast<std::uint64_t>(std::atoll(query.c_str()));
    response.stream = std::move(source);
    co_return response;
  }

  Task<Response> held(const Request&) {
    struct Wait {
      std::latch* here;
      std::latch* go_on;
      void run() const {
        here->count_down();
        go_on->wait();
      }
    };
    co_await pool_.run(Turn{}, Wait{&handler_here_, &handler_goes_on_});
    co_return Response{.body = "held"};
  }

  // What was logged so far.
  [[nodiscard]] std::string logged() const {
    std::string text(1 << 16, '\0');
    const auto got = ::pread(log_file_, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

  int log_file_ = ::open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
  SystemClock clock_;
  Log log_{log_file_, LogLevel::kError, clock_};
  Metrics metrics_;
  std::latch handler_here_{1};
  std::latch handler_goes_on_{1};
  WorkerPool pool_{"test", {.threads = 1, .queue = 10, .reserved = 1}, metrics_};
  Router router_{{{Method::kGet, "/", hello},
                  {Method::kPost, "/", hello},
                  {Method::kGet, "/thread", thread},
                  {Method::kGet, "/back", path_back},
                  {Method::kPost, "/echo", echo},
                  {Method::kGet, "/letters", letters},
                  {Method::kGet, "/filed", filed},
                  {Method::kGet, "/broken", broken},
                  {Method::kGet, "/taken", taken},
                  {Method::kGet, "/held", [this](const Request& request) { return held(request); }}}};
  Server::Limits limits_{};
  std::unique_ptr<TlsIdentity> identity_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
};

}  // namespace cairn::net::testing
