#pragma once
#include "cairn/db/check.h"

namespace cairn::account {

/// People and their sessions.
[[nodiscard]] std::vector<db::Check> checks();

}  // namespace cairn::account
