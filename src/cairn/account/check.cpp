#include "cairn/account/check.h"

#include <array>

namespace cairn::account {
namespace {

constexpr std::array<db::SqlRule, 2> kRules{{
    {"a session of nobody", "SELECT id FROM session WHERE NOT EXISTS (SELECT 1 FROM person WHERE person.id = person_id)"},
    {"somebody who is gone and still there",
     "SELECT id FROM former_person WHERE EXISTS (SELECT 1 FROM person WHERE person.id = former_person.id)"},
}};

}  // namespace

std::vector<db::Check> checks() {
  return {
      {.name = "people", .run = [](db::Snapshot& snapshot, db::Findings& findings) { db::examine(snapshot, kRules, findings); }}};
}

}  // namespace cairn::account
