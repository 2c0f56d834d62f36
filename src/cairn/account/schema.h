#pragma once
#include "cairn/db/migrations.h"

namespace cairn::account {

/// The tables of account/.
[[nodiscard]] db::FolderMigrations migrations();

}  // namespace cairn::account
