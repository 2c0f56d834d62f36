#include "cairn/content/ended_scopes.h"

#include <vector>

namespace cairn::content {
namespace {

constexpr std::size_t kPage = 100;

// Ended scopes without content, after `after`.
struct FindEmpty {
  Uuid after{};

  std::vector<Uuid> run(db::Snapshot& snapshot) const {
    constexpr db::Sql kFind =
        "SELECT key_scope FROM ended_scope WHERE key_scope > ?"
        " AND NOT EXISTS (SELECT 1 FROM blob WHERE blob.key_scope = ended_scope.key_scope) ORDER BY key_scope LIMIT ?";
    std::vector<Uuid> scopes;
    auto rows = snapshot.query(kFind, after, kPage);
    while (rows.next()) scopes.push_back(rows.uuid(0));
    return scopes;
  }
};

struct ForgetScope {
  Uuid scope;

  [[nodiscard]] static db::LaneKey lane() { return {}; }
  void run(db::Transaction& tx) const {
    constexpr db::Sql kForget = "DELETE FROM ended_scope WHERE key_scope = ?";
    tx.run(kForget, scope);
  }
};

}  // namespace

void end_scope(db::Transaction& tx, const Uuid& key_scope) {
  constexpr db::Sql kAdd = "INSERT INTO ended_scope (key_scope, ended_at) VALUES (?, ?)";
  tx.run(kAdd, key_scope, tx.now());
}

Task<std::size_t> destroy_ended_scopes(Turn turn, db::Database& database, const StoreGuard& guard, ScopeKeys& keys) {
  std::size_t destroyed = 0;
  if (!guard.may_delete()) co_return destroyed;
  FindEmpty find;
  for (;;) {
    const auto scopes = co_await database.read(turn, find);
    for (const auto& scope : scopes) {
      co_await keys.destroy(turn, scope);  // the note goes after the key: whoever is killed between destroys it again
      auto forget = ForgetScope{scope};
      co_await database.write(turn, forget);
      ++destroyed;
    }
    if (scopes.size() < kPage) co_return destroyed;
    find.after = scopes.back();
  }
}

}  // namespace cairn::content
