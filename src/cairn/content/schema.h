#pragma once
#include "cairn/db/migrations.h"

namespace cairn::content {

/// The tables of content/.
[[nodiscard]] db::FolderMigrations migrations();

}  // namespace cairn::content
