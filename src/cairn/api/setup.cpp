#include <boost/json/object.hpp>

#include "cairn/api/credentials.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/new_person.h"

namespace cairn::api {
// GET /setup
Task<Response> get_setup(const Call& call) {
  auto look = account::HasPeople{};
  const bool has_people = co_await call.read(look);
  co_return json_response(200, {{"needed", !has_people}});
}

// POST /setup {code, name, password, display_name?}
Task<Response> set_up(const Call& call) {
  require_own_page(call.services, call.request);
  auto input = co_await JsonInput::read(call);
  const auto code = input.secret("code");
  auto wanted = WantedPerson::read(input);
  input.finish();
  auto look = account::HasPeople{};
  const bool has_people = co_await call.read(look);
  if (has_people)
    throw Failure({ErrorCode::kConflict, "Cairn is set up already. Sign in, or ask an administrator for an account."});
  if (!call.services.setup_code.matches(code.reveal())) {
    throw Failure(
        {ErrorCode::kDenied, "This is not the setup code. It stands in the file setup-code in the data directory.", "code"});
  }
  wanted.admin = true;
  auto adding = add_wanted(call.services, std::move(wanted), {.operation = call.operation(), .only_first = true});
  const auto person = co_await std::move(adding);
  co_await call.services.setup_code.withdraw(call.turn);
  co_return json_response(201, to_json(person));
}

// POST /setup/recovery-confirmed
Task<Response> confirm_recovery(const Call& call) {
  auto input = co_await JsonInput::read_if_any(call);
  input.finish();
  co_await call.services.recovery.confirm(call.turn);
  co_return no_content();
}

}  // namespace cairn::api
