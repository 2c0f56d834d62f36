#include "cairn/db/check.h"

#include "cairn/base/text.h"

namespace cairn::db {

void examine(Snapshot& snapshot, std::span<const SqlRule> rules, Findings& findings) {
  for (const auto& rule : rules) {
    auto rows = snapshot.query(rule.find);
    while (rows.next()) findings.error(rule.what, hex(rows.bytes(0)));
  }
}

Check own_check() {
  return {.name = "database pages", .run = [](Snapshot& snapshot, Findings& findings) {
            constexpr Sql kExamine = "PRAGMA integrity_check";  // of SQLite, the only database yet
            auto rows = snapshot.query(kExamine);
            while (rows.next())
              if (rows.text(0) != "ok") findings.error("the database is damaged", std::string(rows.text(0)));
          }};
}

}  // namespace cairn::db
