#include "cairn/net/server.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <list>
#include <semaphore>
#include <utility>

#include <unistd.h>

#include "cairn/net/listener.h"
#include "cairn/runtime/executor.h"
#include "cairn/runtime/task_group.h"

namespace cairn::net {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kSlowestSweep{1'000};

// Often enough that no deadline is missed by more than half of it.
std::chrono::milliseconds sweep_interval(const SessionLimits& limits) {
  return std::min(
      {kSlowestSweep, limits.head_timeout / 2, limits.idle_timeout / 2, limits.write_timeout / 2, limits.body.patience / 2});
}

}  // namespace

// A server's share of one io thread: its listeners and connections there. Its members are used on that thread alone.
class Server::OnThread {
 public:
  OnThread(Server& server, IoThread& thread) : server_(server), thread_(thread), sweeps_(thread) {
    thread_.run([this] { housekeeping_.spawn(sweep()); });
  }

  Result<Address> listen(const Address& address, bool join) {
    Result<Address> bound = failure(ErrorCode::kInternal, "");
    thread_.run([&] {
      auto listener = Listener::open(thread_, address, join);
      if (!listener) {
        bound = failure(listener);
        return;
      }
      bound = (*listener)->address();
      listeners_.push_back(*std::move(listener));
      accepting_.spawn(accept(*listeners_.back()));
    });
    return bound;
  }

  // From now on `closed` is going to be released, once nothing is accepted any more.
  void close_listeners() {
    thread_.run([this] {
      for (const auto& listener : listeners_) listener->close();
      housekeeping_.spawn(join_accepting());
    });
  }

  // From now on `ended` is going to be released, once all tasks have ended. Deadlines hold until then.
  void drain() {
    thread_.run([&] {
      for (auto& session : sessions_) session.drain();
      housekeeping_.spawn(join());
    });
  }

  void abort() {
    thread_.run([this] {
      for (auto& session : sessions_) session.abort();
    });
  }

  IoThread& thread() { return thread_; }
  std::binary_semaphore& closed() { return closed_; }
  std::binary_semaphore& ended() { return ended_; }

  // How much there is to do, to be compared. From any thread.
  [[nodiscard]] std::pair<std::size_t, std::size_t> load() const { return {transfers_.load(), connections_.load()}; }

  // Serves a connection on this thread, whichever calls.
  void take(int connection, Peer peer) {
    ++connections_;  // now: the next one that is accepted must see it
    if (Executor::current() == &thread_) {
      tasks_.spawn(serve(connection, std::move(peer)));
    } else {
      thread_.post([this, connection, from = std::move(peer)]() mutable { tasks_.spawn(serve(connection, std::move(from))); });
    }
  }

 private:
  Task<> accept(Listener& listener) {
    for (;;) {
      auto accepted = co_await listener.accept(kAcceptPause);
      if (accepted.descriptor < 0) co_return;
      if (!server_.admit(accepted.peer)) {
        server_.over_limit_.add();
        ::close(accepted.descriptor);
        continue;
      }
      server_.least_busy(*this).take(accepted.descriptor, std::move(accepted.peer));
      co_await Yield{};  // those that are here already have their turn too, however many are at the door
    }
  }

  Task<> serve(int connection, Peer peer) {
    server_.connections_.add(1);
    if (auto stream = open(connection, peer)) {
      const auto session = sessions_.emplace(sessions_.end(), std::move(stream), peer, server_.context_, transfers_);
      co_await session->run();
      sessions_.erase(session);
    }
    server_.connections_.add(-1);
    --connections_;
    server_.leave(peer);
  }

  // None if there is no memory for it.
  std::unique_ptr<ByteStream> open(int connection, const Peer& peer) {
    try {
      auto stream = make_socket_stream(thread_, connection);
      return peer.encrypted ? server_.identity_->protect(std::move(stream)) : std::move(stream);
    } catch (const std::exception& failed) {
      server_.context_.log.error("connection.failed", {{"what", failed.what()}});
      return nullptr;
    }
  }

  Task<> sweep() {
    for (;;) {
      const bool passed = co_await sweeps_.wait(sweep_interval(server_.context_.limits));
      if (!passed) co_return;
      const auto now = std::chrono::steady_clock::now();
      for (auto& session : sessions_) session.sweep(now);
    }
  }

  Task<> join_accepting() {
    co_await accepting_.join();
    closed_.release();
  }

  Task<> join() {
    co_await tasks_.join();
    sweeps_.cancel();
    ended_.release();
  }

  Server& server_;
  IoThread& thread_;
  Timer sweeps_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::list<Session> sessions_;
  std::atomic<std::size_t> transfers_ = 0;    // connections that move a body now
  std::atomic<std::size_t> connections_ = 0;  // those on their way here too
  TaskGroup accepting_;
  TaskGroup tasks_;
  TaskGroup housekeeping_;  // what is there as long as the server: it ends after the tasks
  std::binary_semaphore closed_{0};
  std::binary_semaphore ended_{0};
};

Server::Server(const std::string& name, std::span<const std::unique_ptr<IoThread>> threads, const Router& router, Limits limits,
               Log& log, const Clock& clock, Metrics& metrics, const TlsIdentity* identity)
    : limits_(limits),
      identity_(identity),
      context_{.router = router,
               .limits = limits.session,
               .log = log,
               .clock = clock,
               .requests = metrics.counter("cairn_http_requests_total", "Requests answered", {{"server", name}}),
               .refused_heads =
                   metrics.counter("cairn_http_refused_heads_total", "Requests whose head was not valid", {{"server", name}})},
      connections_(metrics.gauge("cairn_http_connections", "Open connections", {{"server", name}})),
      over_limit_(metrics.counter("cairn_http_connections_over_limit_total", "Connections closed since too many were open",
                                  {{"server", name}})) {
  std::signal(SIGPIPE, SIG_IGN);  // a client that leaves is an error of the write; sendfile(2) cannot be told so
  for (const auto& thread : threads) parts_.push_back(std::make_unique<OnThread>(*this, *thread));
}

Server::~Server() {
  // Each part dies on its own thread, where its last coroutine frames are certain to have left.
  for (auto& part : parts_) {
    auto& thread = part->thread();
    thread.run([&] { part.reset(); });
  }
}

// DESIGN D8. The one that asks, if no other has less to do.
Server::OnThread& Server::least_busy(OnThread& asking) {
  auto* least = &asking;
  for (const auto& part : parts_)
    if (part->load() < least->load()) least = part.get();
  return *least;
}

bool Server::admit(const Peer& peer) {
  constexpr std::size_t kWider = 4;  // a larger network may have so many times a client's connections
  const std::scoped_lock lock(open_mutex_);
  if (open_ >= limits_.max_connections) return false;
  if (!peer.loopback) {
    const auto of_client = open_of_client_.find(peer.prefix);
    if (of_client != open_of_client_.end() && of_client->second >= limits_.max_connections_per_client) return false;
    const auto of_wide = peer.wide.empty() ? open_of_client_.end() : open_of_client_.find(peer.wide);
    if (of_wide != open_of_client_.end() && of_wide->second >= kWider * limits_.max_connections_per_client) return false;
    ++open_of_client_[peer.prefix];
    if (!peer.wide.empty()) ++open_of_client_[peer.wide];
  }
  ++open_;
  return true;
}

void Server::leave(const Peer& peer) {
  const std::scoped_lock lock(open_mutex_);
  --open_;
  if (peer.loopback) return;
  for (const auto& network : {peer.prefix, peer.wide}) {
    const auto counted = open_of_client_.find(network);
    if (counted != open_of_client_.end() && --counted->second == 0) open_of_client_.erase(counted);
  }
}

Result<Address> Server::listen(const Address& address) {
  if (address.encrypted && identity_ == nullptr)
    return failure(ErrorCode::kInvalidInput, "There is no certificate for " + address.text(), address.text());
  auto first = parts_.front()->listen(address, false);
  if (!first || address.kind == Address::Kind::kUnix) return first;
  for (const auto& part : std::span(parts_).subspan(1)) {
    const auto joined = part->listen(*first, true);
    if (!joined) return joined;
  }
  return first;
}

void Server::begin_stop() {
  if (std::exchange(stopping_, true)) return;
  context_.draining = true;  // before any connection ends, so that none is kept by mistake
  for (const auto& part : parts_) part->close_listeners();
  for (const auto& part : parts_)
    part->closed().acquire();  // each connection has reached its thread, or is on its way in its queue
  for (const auto& part : parts_) part->drain();
}

void Server::finish_stop(std::chrono::steady_clock::time_point until) {
  for (const auto& part : parts_) {
    if (!part->ended().try_acquire_until(until)) {
      part->abort();
      part->ended().acquire();
    }
    part->thread().run([] {});  // what the last task has woken has run by now
  }
}

}  // namespace cairn::net
