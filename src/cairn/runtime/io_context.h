#pragma once
// Asio's side of an IoThread, for the code in runtime/ and net/ that waits for sockets. Concrete executor types: the
// general ones cost half of the requests a second (docs/decisions/0003-lean-http.md).

#include <boost/asio/io_context.hpp>

#include "cairn/runtime/io_thread.h"

namespace cairn {

inline boost::asio::io_context& io_context_of(IoThread& thread) {
  return *static_cast<boost::asio::io_context*>(thread.context());
}

}  // namespace cairn
