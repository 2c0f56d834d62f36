#pragma once
#include "cairn/base/id.h"
#include "cairn/db/transaction.h"

namespace cairn::db {

/// The identity of this installation, which its database carries: made at the first call, the same ever after.
[[nodiscard]] Uuid instance_id(Transaction& tx);

}  // namespace cairn::db
