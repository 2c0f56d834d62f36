#include "cairn/api/ending.h"

namespace cairn::api {
namespace {

struct EndSession {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  ledger::Author author;
  account::PersonId person;
  account::SessionId session;

  [[nodiscard]] db::LaneKey lane() const { return ledger::lane_of(ledger::StreamId(person.uuid())); }
  bool run(db::Transaction& tx) const { return account::end_session(tx, *journal, operation, author, person, session); }
};

}  // namespace

Task<> end_session(const Call& call, account::PersonId person, account::SessionId session) {
  auto end = EndSession{.journal = &call.services.journal,
                        .operation = ledger::OperationId::make(call.services.clock.now()),
                        .author = call.who.author(),
                        .person = person,
                        .session = session};
  const bool ended = co_await call.write(end);
  call.services.authenticator.forget(session);
  if (!ended) throw Failure({ErrorCode::kNotFound, "There is no such session."});
}

}  // namespace cairn::api
