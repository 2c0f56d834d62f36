#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/api/ending.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/net/problem.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

// The fields of RFC 6749: a form, as the standard has it, or a JSON object. A field of a form that is not known is ignored, as
// the standard demands (§3.2).
class TokenInput {
 public:
  static Task<TokenInput> read(const Call& call) {
    TokenInput input;
    if (content_type_of(call.request) == "application/x-www-form-urlencoded") {
      const auto text = co_await read_small_body(call.request, call.max_body);
      input.form_ = value_or_throw(net::parse_parameters(text));
    } else {
      auto parsed = co_await JsonInput::read(call);
      input.json_ = std::move(parsed);
    }
    co_return input;
  }
  [[nodiscard]] std::optional<std::string> find(std::string_view field) {
    if (json_) return json_->optional_text(field);
    for (auto& [name, value] : form_)
      if (name == field) return value;
    return std::nullopt;
  }
  [[nodiscard]] std::string text(std::string_view field) {
    auto value = find(field);
    if (!value)
      throw Failure({ErrorCode::kInvalidInput, "The field '" + std::string(field) + "' is missing.", std::string(field)});
    return *std::move(value);
  }
  void finish() const {
    if (json_) json_->finish();
  }

 private:
  net::Parameters form_;
  std::optional<JsonInput> json_;
};

// A problem document that OAuth's clients understand too (RFC 6749 §5.2).
Response oauth_problem(const Call& call, const Error& error, std::string_view code) {
  auto response = net::problem(400, code == "invalid_grant" ? "invalid-grant" : "invalid-input", error.message, call.request.id);
  auto document = json::parse(response.body).as_object();
  document["error"] = code;
  document["error_description"] = error.message;
  response.body = json::serialize(document);
  return response;
}

std::string_view oauth_code(const Error& error) {
  if (error.code == ErrorCode::kUnauthenticated) return "invalid_grant";
  return error.subject == "grant_type" ? "unsupported_grant_type" : "invalid_request";
}

struct FindSession {
  account::SessionId session;
  std::optional<account::Session> run(db::Snapshot& snapshot) const { return account::find_session(snapshot, session); }
};

Task<account::TokenPair> exchanged(const Call& call, TokenInput& input) {
  const auto grant = input.text("grant_type");
  if (grant == "password") {
    auto name = input.find("username");
    if (!name) name = input.text("name");
    auto password = Secret(input.text("password"));
    input.finish();
    auto tokens = co_await call.services.sign_in.for_tokens(*std::move(name), std::move(password), origin_of(call), call.guesses);
    co_return tokens;
  }
  if (grant == "refresh_token") {
    auto token = input.text("refresh_token");
    input.finish();
    auto tokens = co_await call.services.sign_in.refresh(std::move(token));
    co_return tokens;
  }
  throw Failure({ErrorCode::kInvalidInput, "grant_type is password or refresh_token.", "grant_type"});
}

}  // namespace

// POST /auth/token
Task<Response> issue_token(const Call& call) {
  auto input = co_await TokenInput::read(call);
  std::optional<account::TokenPair> tokens;
  std::optional<Error> refused;
  try {
    auto pair = co_await exchanged(call, input);
    tokens = std::move(pair);
  } catch (const Failure& failure) {
    const auto code = failure.error().code;
    if (code != ErrorCode::kUnauthenticated && code != ErrorCode::kInvalidInput) throw;
    refused = failure.error();
  }
  if (refused) co_return oauth_problem(call, *refused, oauth_code(*refused));
  co_return json_response(200, {{"access_token", tokens->access.reveal()},
                                {"token_type", "Bearer"},
                                {"expires_in", tokens->access_lifetime.count()},
                                {"refresh_token", tokens->refresh.reveal()}});
}

// POST /auth/revoke (RFC 7009): a token that is none any more is answered like one that was ended just now.
Task<Response> revoke_token(const Call& call) {
  auto input = co_await TokenInput::read(call);
  const auto text = input.text("token");
  (void)input.find("token_type_hint");  // both kinds are tried
  input.finish();
  const auto& tokens = call.services.tokens;
  std::optional<account::SessionId> session;
  if (const auto refresh = tokens.read_refresh(text)) session = refresh->session;
  if (const auto access = tokens.read_access(text, call.services.clock.now()); access && !session) session = access->session;
  if (!session) co_return json_response(200, {});
  auto find = FindSession{*session};
  const auto found = co_await call.read(find);
  if (!found) co_return json_response(200, {});
  try {
    co_await end_session(call, found->person, *session);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::kNotFound) throw;
  }
  co_return json_response(200, {});
}

}  // namespace cairn::api
