// Ranges: whatever a client asks for, what is sent lies inside the content, and is at least one byte. The first eight bytes are
// the content's size; behind them Range, and behind a line's end If-Range.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "cairn/net/range.h"

namespace {

constexpr std::string_view kTag = "\"ver_1\"";

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint64_t length = 0;
  if (size < sizeof length) return 0;
  std::memcpy(&length, data, sizeof length);
  const std::string_view rest(reinterpret_cast<const char*>(data) + sizeof length, size - sizeof length);
  const auto line = rest.find('\n');

  cairn::net::Request request;
  request.method = cairn::net::Method::kGet;
  request.fields.push_back({"Range", rest.substr(0, line)});
  if (line != std::string_view::npos) request.fields.push_back({"If-Range", rest.substr(line + 1)});

  const auto range = cairn::net::requested_range(request, kTag, length);
  if (!range || !*range) return 0;
  require((*range)->length > 0 && (*range)->offset < length && (*range)->length <= length - (*range)->offset);
  require(line == std::string_view::npos || request.header("if-range")->contains(kTag));
  require(cairn::net::content_range(**range, length).starts_with("bytes "));
  return 0;
}
