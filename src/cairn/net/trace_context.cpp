#include "cairn/net/trace_context.h"

namespace cairn::net {
namespace {

// A field of exactly so many digits, not all of them zero unless that is allowed.
bool is_hex(std::string_view text, bool may_be_zero) {
  if (text.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  return may_be_zero || text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

// version "-" trace-id "-" parent-id "-" flags; later versions may have more behind another dash.
std::string_view trace_id_of(const Request& request) {
  constexpr std::size_t kLength = 55;
  const auto text = request.header("traceparent").value_or("");
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
  const auto version = text.substr(0, 2);
  const bool right_length = text.size() == kLength || (version != "00" && text[kLength] == '-');
  if (!right_length || version == "ff" || !is_hex(version, true) || !is_hex(text.substr(53, 2), true)) return {};
  if (!is_hex(text.substr(36, 16), false) || !is_hex(text.substr(3, 32), false)) return {};
  return text.substr(3, 32);
}

}  // namespace cairn::net
