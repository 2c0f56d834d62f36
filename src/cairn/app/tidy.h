#pragma once
#include <functional>

#include "cairn/account/session.h"
#include "cairn/base/settings.h"
#include "cairn/db/database.h"

namespace cairn::app {

/// Forgets what has had its time, in all folders, step by step: answers of operations, ended jobs, sessions, budgets for guesses,
/// marks of streams that changed; and queues the removal of what has lain in the trash for long.
/// Ends early when `stopping` says so, between two steps.
Task<> tidy(db::Database& database, const Settings& settings, const std::function<bool()>& stopping);

}  // namespace cairn::app
