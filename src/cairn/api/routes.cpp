#include "cairn/api/routes.h"

#include <algorithm>

#include <fmt/format.h>

#include "cairn/api/credentials.h"
#include "cairn/api/handlers.h"
#include "cairn/base/text.h"
#include "cairn/net/problem.h"

namespace cairn::api {
namespace {

using enum net::Method;
using enum Needs;

constexpr std::size_t kStrangersBody = 64u << 10;  // whoever has not signed in sends no more than that

// What a client demands and a route does not look at would give it a false sense of safety.
void require_guards(const RouteRow& row, const net::Request& request) {
  if (request.method == kGet || request.method == kHead) return;
  const auto refuse = [&](std::string_view field) {
    if (request.header(field))
      throw Failure({ErrorCode::kInvalidInput, fmt::format("This request takes no {}.", field), std::string(field)});
  };
  check_idempotency_key(request);
  refuse("If-Unmodified-Since");
  if (row.guards == Guards::kNone) refuse("If-Match");
  if (row.guards != Guards::kAll) refuse("If-None-Match");
}

// Those parameters that the route takes. Others are refused: a misspelt one would be overlooked, and the wrong thing done.
net::Parameters checked_query(const RouteRow& row, std::string_view text) {
  auto parameters = value_or_throw(net::parse_parameters(text));
  for (const auto& [name, value] : parameters) {
    if (std::ranges::find(row.query, name) != row.query.end()) continue;
    const auto meant = nearest(name, row.query);
    throw Failure({ErrorCode::kInvalidInput,
                   meant ? fmt::format("There is no parameter '{}' here; did you mean '{}'?", name, *meant)
                         : fmt::format("There is no parameter '{}' here.", name),
                   name});
  }
  return parameters;
}

void require(const RouteRow& row, const account::Principal& who) {
  const auto refuse = [] { throw Failure({ErrorCode::kDenied, "This is for administrators."}); };
  switch (row.needs) {
    case kNobody:
    case kSignedIn: return;
    case kAccount:
      if (!who.scopes.has(account::Scope::kAccount)) throw Failure({ErrorCode::kDenied, "This credential is not for that."});
      return;
    case kAdmin:
      if (!who.admin || !who.scopes.has(account::Scope::kAdmin)) refuse();
      return;
  }
}

// What the time went to (https://www.w3.org/TR/server-timing/).
std::string timing_field(const Timing& timing, std::chrono::steady_clock::time_point began) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return fmt::format("db;dur={:.2f}, store;dur={:.2f}, total;dur={:.2f}", Milliseconds(timing.database).count(),
                     Milliseconds(timing.store).count(), Milliseconds(std::chrono::steady_clock::now() - began).count());
}

// What is left of the budget that a guess was taken from, refused or not (draft-ietf-httpapi-ratelimit-headers-10).
void tell_guesses(net::Response& response, const account::GuessesLeft& guesses) {
  const auto seconds = [](std::chrono::microseconds time) { return std::chrono::ceil<std::chrono::seconds>(time).count(); };
  const auto& [of, budget, left, whole_in] = guesses;
  response.fields.emplace_back("RateLimit-Policy",
                               fmt::format("\"{}\";q={};w={}", of, budget.burst, seconds(budget.interval * budget.burst)));
  response.fields.emplace_back("RateLimit", fmt::format("\"{}\";r={};t={}", of, left, seconds(whole_in)));
}

// Runs the handler. A refusal after a guess is answered here, so that it tells of the budget too.
Task<net::Response> handle_guessing(const RouteRow& row, const Call& call) {
  std::optional<net::Response> response;
  try {
    auto handling = row.handle(call);
    auto answered = co_await std::move(handling);
    response = std::move(answered);
  } catch (const Failure& failure) {
    constexpr int kOurFault = 500;
    const auto code = failure.error().code;
    const bool is_fault = net::status_of(code) >= kOurFault && code != ErrorCode::kUnavailable;
    if (call.guesses->of.empty() || is_fault) throw;
    response = net::problem(failure.error(), call.request.id);
  }
  if (!call.guesses->of.empty()) tell_guesses(*response, *call.guesses);
  co_return *std::move(response);
}

Task<net::Response> answer(const Services& services, const RouteRow& row, const net::Request& request) {
  const auto began = std::chrono::steady_clock::now();
  Timing timing;
  account::GuessesLeft guesses;
  Call call{.services = services,
            .request = request,
            .turn = {.timing = &timing},
            .max_body = services.max_json_bytes,
            .guesses = &guesses};
  if (row.needs == kNobody) call.max_body = std::min(call.max_body, kStrangersBody);
  require_guards(row, request);
  if (row.needs != kNobody) {
    auto caller = co_await authenticate(services, request, &timing);
    call.who = std::move(caller.who);
    call.by_cookie = caller.by_cookie;
    call.turn.key = std::hash<account::PersonId>{}(call.who.person);
    require(row, call.who);
  }
  call.query = checked_query(row, request.query);
  auto response = co_await handle_guessing(row, call);
  if (row.needs != kNobody) response.fields.emplace_back("Server-Timing", timing_field(timing, began));
  co_return response;
}

std::vector<RouteRow> table() {
  const std::vector<std::string_view> none;
  const std::vector<std::string_view> listing{"sort", "kind", "cursor", "limit", "start"};
  const std::vector<std::string_view> reading{"disposition", "version"};
  std::vector<std::string_view> by_path = listing;
  by_path.insert(by_path.end(), reading.begin(), reading.end());
  return {
      {kGet, "/api/v1/setup", kNobody, none, get_setup},
      {kPost, "/api/v1/setup", kNobody, none, set_up},
      {kPost, "/api/v1/setup/recovery-confirmed", kAdmin, none, confirm_recovery},
      {kPost, "/api/v1/auth/token", kNobody, none, issue_token},
      {kPost, "/api/v1/auth/revoke", kNobody, none, revoke_token},
      {kPost, "/api/v1/session", kNobody, none, sign_in},
      {kGet, "/api/v1/session", kSignedIn, none, get_session},
      {kDelete, "/api/v1/session", kSignedIn, none, sign_out},
      {kGet, "/api/v1/me", kSignedIn, none, get_me},
      {kPatch, "/api/v1/me", kAccount, none, change_me},
      {kPut, "/api/v1/me/password", kAccount, none, change_password},
      {kGet, "/api/v1/me/sessions", kAccount, none, list_my_sessions},
      {kDelete, "/api/v1/me/sessions/{id}", kAccount, none, end_my_session},
      {kGet, "/api/v1/users", kAdmin, {"cursor", "limit"}, list_users},
      {kPost, "/api/v1/users", kAdmin, none, add_user},
      {kGet, "/api/v1/users/{id}", kAdmin, none, get_user},
      {kPatch, "/api/v1/users/{id}", kAdmin, none, change_user},
      {kDelete, "/api/v1/users/{id}", kAdmin, {"files"}, remove_user},
      {kGet, "/api/v1/spaces", kSignedIn, none, list_spaces},
      {kGet, "/api/v1/spaces/{id}", kSignedIn, none, get_space},
      {kGet, "/api/v1/spaces/{id}/node", kSignedIn, {"path"}, find_by_path},
      {kGet, "/api/v1/spaces/{id}/trash", kSignedIn, {"cursor", "limit"}, list_trash},
      {kDelete, "/api/v1/spaces/{id}/trash", kSignedIn, none, empty_trash},
      {kPost, "/api/v1/trash/{id}/restore", kSignedIn, none, restore_node},
      {kDelete, "/api/v1/trash/{id}", kSignedIn, none, purge_node, Guards::kIfMatch},
      {kGet, "/api/v1/nodes/{id}", kSignedIn, none, get_node},
      {kPatch, "/api/v1/nodes/{id}", kSignedIn, none, change_node, Guards::kIfMatch},
      {kDelete, "/api/v1/nodes/{id}", kSignedIn, {"permanent"}, delete_node, Guards::kIfMatch},
      {kGet, "/api/v1/nodes/{id}/children", kSignedIn, listing, list_children},
      {kPost, "/api/v1/nodes/{id}/children", kSignedIn, none, create_child},
      {kPut, "/api/v1/nodes/{id}/children/{name}", kSignedIn, {"on_conflict", "modified_at"}, put_child, Guards::kAll},
      {kPost, "/api/v1/nodes/{id}/copy", kSignedIn, none, copy_node},
      {kGet, "/api/v1/nodes/{id}/content", kSignedIn, reading, get_content},
      {kPut, "/api/v1/nodes/{id}/content", kSignedIn, {"modified_at"}, put_content, Guards::kIfMatch},
      {kGet, "/api/v1/files/{space}/{path...}", kSignedIn, by_path, get_file},
      {kPut, "/api/v1/files/{space}/{path...}", kSignedIn, {"on_conflict", "modified_at", "parents"}, put_file, Guards::kAll},
      {kDelete, "/api/v1/files/{space}/{path...}", kSignedIn, {"permanent"}, delete_file, Guards::kIfMatch},
      {kOptions, "/api/v1/uploads", kNobody, none, get_tus_options},
      {kGet, "/api/v1/uploads", kSignedIn, {"cursor", "limit"}, list_uploads},
      {kPost, "/api/v1/uploads", kSignedIn, none, create_upload},
      {kOptions, "/api/v1/uploads/{id}", kNobody, none, get_tus_options},
      {kGet, "/api/v1/uploads/{id}", kSignedIn, none, get_upload},
      {kPatch, "/api/v1/uploads/{id}", kSignedIn, none, send_upload},
      {kDelete, "/api/v1/uploads/{id}", kSignedIn, none, end_upload},
      {kPost, "/api/v1/uploads/{id}", kSignedIn, none, override_upload},
      {kGet, "/api/v1/jobs/{id}", kSignedIn, {"wait"}, get_job},
      {kDelete, "/api/v1/jobs/{id}", kSignedIn, none, cancel_job},
      {kGet, "/api/v1/openapi.json", kNobody, none, get_contract},
      {kGet, "/api/docs", kNobody, none, get_documentation},
      {kGet, "/problems/{type}", kNobody, none, get_problem_page},
  };
}

}  // namespace

std::string_view name_of(Needs needs) {
  switch (needs) {
    case kNobody: return "nobody";
    case kSignedIn: return "signed in";
    case kAccount: return "own account";
    case kAdmin: return "administrator";
  }
  std::unreachable();
}

const std::vector<RouteRow>& route_table() {
  static const std::vector<RouteRow> kTable = table();
  return kTable;
}

std::vector<net::Route> routes(const Services& services) {
  std::vector<net::Route> made;
  for (const auto& row : route_table()) {
    made.push_back({.method = row.method,
                    .path = std::string(row.path),
                    .handler = [&services, &row](const net::Request& request) { return answer(services, row, request); }});
  }
  return made;
}

}  // namespace cairn::api
