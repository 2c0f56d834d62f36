#pragma once
#include <vector>

#include "cairn/content/claims.h"
#include "cairn/db/check.h"

namespace cairn::upload {

/// Uploads with their content, and what they reserve.
[[nodiscard]] std::vector<db::Check> checks();

/// True if it is an upload, as a holder of content.
[[nodiscard]] bool is_upload(db::Snapshot& snapshot, const content::Holder& holder);

}  // namespace cairn::upload
