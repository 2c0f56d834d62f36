#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "cairn/base/error.h"

namespace cairn::net {

/// Takes the chunked transfer coding off a body (RFC 9112 §7.1), as strictly as heads are read: llhttp does it. Extensions of a
/// chunk may have 1 KiB, trailers 16 KiB and 100 fields, all that is no byte of the body 33 KiB in a row; it is read over and
/// means nothing here.
class ChunkedDecoder {
 public:
  ChunkedDecoder();
  ~ChunkedDecoder();
  ChunkedDecoder(const ChunkedDecoder&) = delete;
  ChunkedDecoder& operator=(const ChunkedDecoder&) = delete;

  struct Decoded {
    std::size_t taken;  ///< bytes of the input; less than all of it only at the end
    std::size_t given;  ///< bytes of the body, at the front of `into`
  };
  /// Decodes `coded` into `into`, which is at least as long. kInvalidInput if it is not well formed.
  Result<Decoded> decode(std::string_view coded, std::span<std::byte> into);

  /// True behind the last chunk and the trailers.
  [[nodiscard]] bool ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::net
