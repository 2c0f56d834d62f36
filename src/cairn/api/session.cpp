#include <boost/json/object.hpp>

#include "cairn/api/credentials.h"
#include "cairn/api/ending.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/person_change.h"

namespace cairn::api {
namespace {

constexpr std::chrono::seconds kDeviceAge = std::chrono::hours(24 * 400);  // the longest that browsers keep a cookie

boost::json::object session_json(const account::Person& person, const account::SessionId& session, std::string_view csrf_token) {
  boost::json::object object{{"user", to_json(person)}, {"session_id", session.text()}};
  if (!csrf_token.empty()) object["csrf_token"] = csrf_token;
  return object;
}

}  // namespace

// POST /session {name, password}
Task<Response> sign_in(const Call& call) {
  const auto& request = call.request;
  require_own_page(call.services, request);
  auto input = co_await JsonInput::read(call);
  auto name = input.text("name");
  auto password = input.secret("password");
  input.finish();
  auto signing_in = call.services.sign_in.by_browser(std::move(name), std::move(password), origin_of(call), call.guesses);
  const auto session = co_await std::move(signing_in);
  auto response = json_response(200, session_json(session.person, session.session, session.csrf_token));
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(call.services.sessions.browser_lifetime);
  const bool secure = is_secure(call.services, request);
  response.fields.emplace_back("Set-Cookie", set_cookie(secure, session_cookie(secure), session.cookie.reveal(), age));
  response.fields.emplace_back("Set-Cookie", set_cookie(secure, device_cookie(secure), session.device.reveal(), kDeviceAge));
  co_return response;
}

// GET /session
Task<Response> get_session(const Call& call) {
  const auto person = co_await require_person(call, call.who.person);
  const auto csrf = call.by_cookie ? call.services.tokens.csrf_token(call.who.credential) : std::string();
  co_return json_response(200, session_json(person, call.who.credential, csrf));
}

// DELETE /session
Task<Response> sign_out(const Call& call) {
  co_await end_session(call, call.who.person, call.who.credential);
  auto response = no_content();
  if (call.by_cookie) {
    const bool secure = is_secure(call.services, call.request);
    response.fields.emplace_back("Set-Cookie", set_cookie(secure, session_cookie(secure), "", std::chrono::seconds(0)));
  }
  co_return response;
}

}  // namespace cairn::api
