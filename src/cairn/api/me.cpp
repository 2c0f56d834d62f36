#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cairn/api/ending.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/person_change.h"

namespace cairn::api {
namespace {

struct ListSessions {
  account::PersonId person;
  account::SessionLimits limits;

  std::vector<account::Session> run(db::Snapshot& snapshot) const {
    auto sessions = account::list_sessions(snapshot, person);
    std::erase_if(sessions,
                  [&](const account::Session& session) { return !account::find_live_session(snapshot, session.id, limits); });
    return sessions;
  }
};

}  // namespace

// GET /me
Task<Response> get_me(const Call& call) {
  const auto person = co_await require_person(call, call.who.person);
  co_return json_response(200, to_json(person));
}

// PATCH /me {display_name?}
Task<Response> change_me(const Call& call) {
  auto input = co_await JsonInput::read(call);
  auto change = change_of(call, call.who.person);
  if (const auto name = input.optional_text("display_name"))
    change.change.display_name = value_or_throw(account::check_display_name(*name));
  input.finish();
  const auto person = co_await change_person(call, std::move(change));
  co_return json_response(200, to_json(person));
}

// PUT /me/password {current_password, new_password}
Task<Response> change_password(const Call& call) {
  auto input = co_await JsonInput::read(call);
  auto current = input.secret("current_password");
  auto fresh = input.secret("new_password");
  input.finish();
  const auto person = co_await require_person(call, call.who.person);
  value_or_throw(account::check_new_password(fresh, person));
  auto confirming = call.services.sign_in.confirm(call.who, std::move(current), origin_of(call), call.guesses);
  const bool right = co_await std::move(confirming);
  if (!right) throw Failure({ErrorCode::kDenied, "The current password is wrong.", "current_password"});
  auto change = change_of(call, person.id);
  auto hashing = call.services.sign_in.hash_new(std::move(fresh), person);
  change.password = co_await std::move(hashing);
  change.keep = call.who.credential;
  co_await change_person(call, std::move(change));
  co_return no_content();
}

// GET /me/sessions
Task<Response> list_my_sessions(const Call& call) {
  auto list = ListSessions{.person = call.who.person, .limits = call.services.sessions};
  const auto sessions = co_await call.read(list);
  boost::json::array items;
  for (const auto& session : sessions) items.push_back(to_json(session, call.who.credential));
  co_return json_response(200, list_json(std::move(items), std::nullopt));
}

// DELETE /me/sessions/{id}
Task<Response> end_my_session(const Call& call) {
  co_await end_session(call, call.who.person, call.id<account::SessionId>());
  co_return no_content();
}

}  // namespace cairn::api
