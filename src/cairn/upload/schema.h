#pragma once
#include "cairn/db/migrations.h"

namespace cairn::upload {

/// The tables of this folder.
[[nodiscard]] db::FolderMigrations migrations();

}  // namespace cairn::upload
