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

struct ChangePerson {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  ledger::Author author;
  account::PersonId id;
  account::PersonChange change;

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  account::Person run(db::Transaction& tx) const {
    account::change_person(tx, *journal, operation, author, id, change);
    return FindPerson{id}.run(tx);
  }
};

struct SetPassword {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  ledger::Author author;
  account::PersonId id;
  std::string hashed;
  account::SessionId keep;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(id.uuid())); }
  void run(db::Transaction& tx) const { account::set_password(tx, *journal, operation, author, id, hashed, keep); }
};

}  // namespace

Task<account::Person> require_person(const Call& call, account::PersonId id) {
  auto find = FindPerson{id};
  auto person = co_await call.read(find);
  co_return person;
}

Task<account::Person> change_person(const Call& call, account::PersonId id, account::PersonChange change) {
  auto operation = ChangePerson{.journal = &call.services.journal,
                                .operation = ledger::OperationId::make(call.services.clock.now()),
                                .author = call.who.author(),
                                .id = id,
                                .change = std::move(change)};
  auto person = co_await call.write(operation);
  call.services.authenticator.forget_all();  // who is an administrator, and who may come in at all, holds at once
  co_return person;
}

Task<> set_password(const Call& call, account::Person person, Secret password, account::SessionId keep) {
  const auto id = person.id;
  auto hashing = call.services.sign_in.hash_new(std::move(password), std::move(person));
  auto hashed = co_await std::move(hashing);
  auto set = SetPassword{.journal = &call.services.journal,
                         .operation = ledger::OperationId::make(call.services.clock.now()),
                         .author = call.who.author(),
                         .id = id,
                         .hashed = std::move(hashed),
                         .keep = keep};
  co_await call.write(set);
  call.services.authenticator.forget_all();
}

}  // namespace cairn::api
