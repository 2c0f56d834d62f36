// Request heads: whatever comes in, the parser reads no byte beyond it, and what it accepts holds what sessions and routes rely
// on.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cairn/net/head_parser.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const cairn::net::Request& request, std::string_view head) {
  require(request.path.starts_with('/') || request.path == "*");
  require(request.path.find_first_of(" \r\n?") == std::string_view::npos);
  require(!request.chunked || request.content_length == 0);
  require(!request.header("transfer-encoding") || request.chunked);
  int hosts = 0;
  for (const auto& field : request.fields) {
    require(field.name.data() >= head.data() && field.name.data() + field.name.size() <= head.data() + head.size());
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
    if (field.name.size() == 4 && request.header("host") && field.value.data() == request.header("host")->data()) ++hosts;
  }
  require(request.http_1_0 || hosts >= 1 || request.header("host") == "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = cairn::net::find_head_end(bytes);
  if (!end || !*end) return 0;
  const auto head = bytes.substr(0, **end);
  if (const auto request = cairn::net::parse_head(head)) check(*request, head);
  return 0;
}
