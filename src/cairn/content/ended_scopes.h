#pragma once
#include <cstddef>

#include "cairn/content/scope_keys.h"
#include "cairn/content/store_guard.h"
#include "cairn/db/database.h"

namespace cairn::content {

/// Notes that a scope gets no content any more: its space is gone. Its key lives until the last of its bytes is removed, so that
/// until then nothing is lost that a copy of the database could bring back.
void end_scope(db::Transaction& tx, const Uuid& key_scope);

/// Destroys the keys of scopes that have ended and hold nothing any more, unless the guard forbids: what a database that went
/// back in time does not know may still need them. Can be killed and repeated. Gives how many.
Task<std::size_t> destroy_ended_scopes(Turn turn, db::Database& database, const StoreGuard& guard, ScopeKeys& keys);

}  // namespace cairn::content
