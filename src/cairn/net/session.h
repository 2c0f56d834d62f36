#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>

#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/net/byte_stream.h"
#include "cairn/net/router.h"

namespace cairn::net {

/// Limits of a connection; each is a key of the configuration.
struct SessionLimits {
  std::size_t max_head_bytes;
  std::chrono::milliseconds head_timeout;   ///< from a head's first byte to its last
  std::chrono::milliseconds idle_timeout;   ///< between two requests
  std::chrono::milliseconds write_timeout;  ///< with no byte of an answer taken
};

/// What the sessions of a server share. Outlives them.
struct SessionContext {
  const Router& router;
  SessionLimits limits;
  Log& log;
  const Clock& clock;
  Counter requests;
  Counter refused_heads;
  std::atomic<bool> draining = false;  ///< no connection is kept for a further request
};

/// One connection, from its first byte to its last. It reads a head whole, has it answered, sends head and body of the answer in
/// one write, and begins anew; requests that came together are answered in their order. Lives on its io thread.
class Session {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Session(std::unique_ptr<ByteStream> stream, SessionContext& context);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves until the connection ends.
  Task<> run();

  /// Ends the connection if it is later than its deadline: called now and then for all sessions of a thread.
  void sweep(Time now) {
    if (now >= deadline_) stream_->shut_down();
  }

  /// After SessionContext::draining was set: an idle connection ends now.
  void drain() {
    if (idle_) stream_->shut_down();
  }
  void shut_down() { stream_->shut_down(); }

 private:
  enum class Next { kServe, kEnd };

  Task<Next> serve_one();
  Task<bool> read_head();
  [[nodiscard]] bool skip_empty_lines();
  void refuse(int status, std::string_view detail);
  [[nodiscard]] Task<bool> send(std::string_view bytes);
  Task<> linger();
  std::string rendered(const Request& request, const Response& response, bool keep_alive) const;
  void expect_by(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

  std::unique_ptr<ByteStream> stream_;
  SessionContext& context_;
  const Router::Failed report_failure_;
  std::size_t since_pause_ = 0;  // bytes read and sent since this coroutine last let others run
  std::size_t empty_lines_ = 0;  // before the head that is being read
  std::string buffer_;           // what was read and not yet answered
  std::size_t head_end_ = 0;     // where the head at its front ends, once it is whole
  int refused_status_ = 0;       // set when the head is not valid: the answer, after which the connection ends
  std::string_view refused_detail_;
  Time deadline_ = Time::max();
  bool idle_ = true;  // between requests, with nothing of the next one here
};

}  // namespace cairn::net
