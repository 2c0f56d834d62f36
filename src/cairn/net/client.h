#pragma once
#include <chrono>
#include <string>

#include "cairn/base/error.h"
#include "cairn/net/http.h"

namespace cairn::net {

/// A request of the command line to the running server.
struct ClientRequest {
  Method method = Method::kGet;
  std::string unix_socket;  ///< the socket's path
  std::string path;         ///< begins with `/`
  std::string body{};       ///< JSON; empty: none
  std::chrono::milliseconds timeout{30'000};
};

/// What was answered: its status and body alone.
struct ClientAnswer {
  int status;
  std::string body;
};

/// Sends the request and blocks for the answer. kUnavailable if nobody listens there or the answer does not come in time.
Result<ClientAnswer> fetch(const ClientRequest& request);

}  // namespace cairn::net
