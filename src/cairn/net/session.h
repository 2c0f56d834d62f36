#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/net/connection.h"
#include "cairn/net/message_body.h"
#include "cairn/net/router.h"

namespace cairn::net {

/// Limits of a connection; each is a key of the configuration.
struct SessionLimits {
  std::size_t max_head_bytes;
  std::chrono::milliseconds head_timeout;   ///< from a head's first byte to its last
  std::chrono::milliseconds idle_timeout;   ///< between two requests
  std::chrono::milliseconds write_timeout;  ///< with no byte of an answer taken
  BodyLimits body;
  bool log_requests = false;  ///< a line for each
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
/// one write, or the body piece by piece, and begins anew; requests that came together are answered in their order. A body that
/// its handler has left unread is read over if little of it is left; else the connection ends behind the answer. Lives on its io
/// thread.
class Session {
 public:
  using Time = Connection::Time;

  /// `transfers` is how many connections of this thread move a body now; outlives this.
  Session(std::unique_ptr<ByteStream> stream, Peer peer, SessionContext& context, std::atomic<std::size_t>& transfers);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves until the connection ends.
  Task<> run();

  /// Ends the connection if it is later than its deadline: called now and then for all sessions of a thread.
  void sweep(Time now) { connection_.sweep(now); }

  /// After SessionContext::draining was set: an idle connection ends now, unless a request has come that nobody has read yet.
  void drain();
  /// Ends the connection, whatever is under way.
  void abort() { connection_.abort(); }

 private:
  enum class Next { kServe, kEnd };

  // A part of an answer on its way from its source: bytes in memory, those of a file behind them.
  struct Piece {
    std::string head{};               // goes before the first one
    std::unique_ptr<char[]> bytes{};  // made when first needed
    std::size_t filled = 0;
    FilePiece file{};
    std::size_t most = 0;    // bytes of a file that are sent as one
    bool held = false;       // partial packets are, since the head was sent apart from the bytes behind it
    std::uint64_t left = 0;  // of the whole answer
    Response problem{};      // set when the source has failed
  };

  Task<Next> serve_one();
  void log_answered(const Request& request, const Response& response, std::chrono::steady_clock::time_point began, bool sent);
  Task<bool> read_head();
  [[nodiscard]] bool skip_empty_lines();
  void refuse(int status, std::string_view detail);
  Task<Response> answer(Request& request);
  [[nodiscard]] Task<bool> send(const Request& request, Response& response, bool keep_alive);
  [[nodiscard]] Task<bool> send_stream(const Request& request, Response& response, bool keep_alive);
  [[nodiscard]] Task<bool> fill(const Request& request, Response& response, Piece& piece);
  [[nodiscard]] Task<> fill_bytes(BodySource& source, Piece& piece);
  [[nodiscard]] Task<bool> send_piece(Piece& piece);
  [[nodiscard]] Task<bool> send_or_report(const Request& request, Piece& piece);
  void take_rest(const MessageBody& body);
  Task<> linger();
  std::string rendered(const Request& request, const Response& response, bool keep_alive) const;

  Connection connection_;
  const Peer peer_;
  SessionContext& context_;
  std::atomic<std::size_t>& transfers_;
  const Failed report_failure_;
  std::size_t empty_lines_ = 0;  // before the head that is being read
  std::string buffer_;           // what was read and not yet answered
  std::size_t head_end_ = 0;     // where the head at its front ends, once it is whole
  int refused_status_ = 0;       // set when the head is not valid: the answer, after which the connection ends
  std::string_view refused_detail_;
  bool idle_ = true;        // between requests, with nothing of the next one here
  bool lingering_ = false;  // nothing is owed any more
};

}  // namespace cairn::net
