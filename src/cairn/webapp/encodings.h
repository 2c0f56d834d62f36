#pragma once
#include <string_view>

namespace cairn::webapp {

/// True if Accept-Encoding (RFC 9110 §12.5.3) names the coding without refusing it. `*` is not taken as consent: who sends it and
/// nothing else can do without.
[[nodiscard]] bool accepts(std::string_view accept_encoding, std::string_view coding);

}  // namespace cairn::webapp
