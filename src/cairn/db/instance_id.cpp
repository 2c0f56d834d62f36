#include "cairn/db/instance_id.h"

#include <algorithm>

namespace cairn::db {

Uuid instance_id(Transaction& tx) {
  constexpr Sql kMake = "INSERT INTO instance (one, id) VALUES (1, ?) ON CONFLICT (one) DO NOTHING";
  constexpr Sql kFind = "SELECT id FROM instance WHERE one = 1";
  const auto fresh = make_uuid(tx.now());
  tx.run(kMake, Bytes(fresh));
  auto rows = tx.query(kFind);
  Uuid id{};
  if (rows.next() && rows.bytes(0).size() == id.size()) std::ranges::copy(rows.bytes(0), id.begin());
  return id;
}

}  // namespace cairn::db
