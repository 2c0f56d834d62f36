#pragma once
#include <string_view>

namespace cairn::api {

/// The contract, as JSON, and the page to read it: made from api/openapi.yaml when the program is built.
[[nodiscard]] std::string_view contract_json();
[[nodiscard]] std::string_view documentation_page();

}  // namespace cairn::api
