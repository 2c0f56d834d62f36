#include "cairn/api/person_change.h"

namespace cairn::api {
namespace {

struct FindPerson {
  account::PersonId id;
  account::Person run(db::Snapshot& snapshot) const {
    auto person = account::find_person(snapshot, id);
    if (!person) throw Failure({ErrorCode::kNotFound, "There is no such person."});
    return *std::move(person);
  }
};

}  // namespace

Task<account::Person> require_person(const Call& call, account::PersonId id) {
  auto find = FindPerson{id};
  auto person = co_await call.read(find);
  co_return person;
}

tree::ChangePerson change_of(const Call& call, account::PersonId id) {
  return {.journal = &call.services.journal,
          .operation = ledger::OperationId::make(call.services.clock.now()),
          .author = call.who.author(),
          .person = id};
}

Task<account::Person> change_person(const Call& call, tree::ChangePerson change) {
  auto person = co_await call.write(std::move(change));
  call.services.authenticator.forget_all();  // who is an administrator, and who may come in at all, holds at once
  co_return person;
}

}  // namespace cairn::api
