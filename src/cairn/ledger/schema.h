#pragma once
#include "cairn/db/migrations.h"

namespace cairn::ledger {

/// The tables of ledger/.
[[nodiscard]] db::FolderMigrations migrations();

}  // namespace cairn::ledger
