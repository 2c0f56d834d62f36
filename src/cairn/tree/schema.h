#pragma once
#include "cairn/db/migrations.h"

namespace cairn::tree {

/// The tables of tree/.
[[nodiscard]] db::FolderMigrations migrations();

}  // namespace cairn::tree
