#pragma once
#include "cairn/db/testing/sim_database.h"
#include "cairn/ledger/journal.h"
#include "cairn/ledger/schema.h"

namespace cairn::ledger {

/// A database with the ledger's tables, and a clock turned by hand.
class LedgerTest : public ::testing::Test {
 protected:
  db::SimDatabase database_{1, {.migrations = {db::own_migrations(), migrations()}}};
  Journal journal_{crypt::Key::make()};
};

}  // namespace cairn::ledger
