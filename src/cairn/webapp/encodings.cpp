#include "cairn/webapp/encodings.h"

#include "cairn/base/text.h"

namespace cairn::webapp {
namespace {

// `q=0`, `q=0.0`, `q=0.000`: not wanted.
bool refuses(std::string_view parameters) {
  const auto weight = parameters.find("q=");
  if (weight == std::string_view::npos) return false;
  const auto value = trimmed(parameters.substr(weight + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts(std::string_view accept_encoding, std::string_view coding) {
  while (!accept_encoding.empty()) {
    const auto item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
    const auto name = item.substr(0, item.find(';'));
    if (ascii_equals_ignoring_case(trimmed(name), coding)) return !refuses(item.substr(name.size()));
  }
  return false;
}

}  // namespace cairn::webapp
