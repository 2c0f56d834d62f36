#include "cairn/tree/remove_person.h"

#include "cairn/account/person.h"
#include "cairn/tree/space_removal.h"

namespace cairn::tree {

ledger::JobId RemovePerson::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, operation)) return ledger::JobId::parse(*answer).value();
  account::remove_person(tx, *journal, operation.id, author, person);
  const auto home = require_home(tx, person);
  const auto job = begin_removal(tx, *journal, operation.id, author, home);
  ledger::keep_answer(tx, operation, job.text());
  return job;
}

}  // namespace cairn::tree
