#include "cairn/tree/add_person.h"

namespace cairn::tree {

account::Person AddPerson::run(db::Transaction& tx) const {
  if (const auto answer = ledger::recall(tx, operation)) {
    const auto id = account::PersonId::parse(*answer);
    auto added = id ? account::find_person(tx, *id) : std::nullopt;
    if (!added) throw Failure({ErrorCode::kNotFound, "The person that this request has added is gone."});
    return *std::move(added);
  }
  if (only_first && account::has_people(tx))
    throw Failure({ErrorCode::kConflict, "Cairn is set up already. Sign in, or ask an administrator for an account."});
  account::add_person(tx, *journal, operation.id, author, person);
  add_space(tx, *journal, operation.id, author, {.id = space, .owner = person.id, .name = person.display_name, .quota = quota});
  ledger::keep_answer(tx, operation, person.id.text());
  return account::find_person(tx, person.id).value();
}

}  // namespace cairn::tree
