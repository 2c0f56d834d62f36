#include "cairn/api/credentials.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "cairn/base/mutant.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::api {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// Before it is known who asks, the networks that requests come from share fairly.
Turn turn_of(const net::Request& request, Timing* timing) {
  return {.key = std::hash<std::string>{}(request.peer->prefix), .timing = timing};
}

bool is_safe(net::Method method) {
  return method == net::Method::kGet || method == net::Method::kHead || method == net::Method::kOptions;
}

std::string host_of_origin(std::string_view origin) {
  const auto scheme = origin.find("://");
  return ascii_lowercase(scheme == std::string_view::npos ? origin : origin.substr(scheme + 3));
}

bool is_ours(const Services& services, const net::Request& request, std::string_view origin) {
  if (!services.origins.empty()) return std::ranges::find(services.origins, origin) != services.origins.end();
  const auto scheme = request.peer->encrypted ? "https://" : "http://";
  return origin.starts_with(scheme) && host_of_origin(origin) == ascii_lowercase(request.header("host").value_or(""));
}

void require_csrf_token(const Services& services, const net::Request& request, const account::Principal& who) {
  if (mutant("csrf_off")) return;
  require_own_page(services, request);
  const auto sent = request.header("x-csrf-token").value_or("");
  const auto right = services.tokens.csrf_token(who.credential);
  if (!crypt::equal_in_constant_time(crypt::sha256(crypt::label(sent)), crypt::sha256(crypt::label(right)))) {
    throw Failure({ErrorCode::kDenied, "A change by cookie needs the header X-CSRF-Token, as GET /api/v1/session gives it.",
                   "X-CSRF-Token"});
  }
}

}  // namespace

Task<Caller> authenticate(const Services& services, const net::Request& request, Timing* timing) {
  Caller caller;
  if (const auto credentials = request.header("authorization")) {
    if (!ascii_equals_ignoring_case(credentials->substr(0, kBearer.size()), kBearer))
      throw Failure({ErrorCode::kUnauthenticated, "Send a token: Authorization: Bearer TOKEN."});
    std::string token(trimmed(credentials->substr(kBearer.size())));
    caller.who = co_await services.authenticator.by_access_token(turn_of(request, timing), std::move(token));
    co_return caller;
  }
  const auto cookie = cookie_of(request, session_cookie(is_secure(services, request)));
  if (!cookie) throw Failure({ErrorCode::kUnauthenticated, "You are not signed in."});
  caller.by_cookie = true;
  caller.who = co_await services.authenticator.by_cookie(turn_of(request, timing), std::string(*cookie));
  if (!is_safe(request.method)) require_csrf_token(services, request, caller.who);
  co_return caller;
}

void require_own_page(const Services& services, const net::Request& request) {
  const Failure elsewhere({ErrorCode::kDenied, "This request comes from a page of another site.", "Origin"});
  const auto site = request.header("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") throw elsewhere;
  const auto origin = request.header("origin");
  if (origin && !is_ours(services, request, *origin)) throw elsewhere;
}

std::optional<std::string_view> cookie_of(const net::Request& request, std::string_view name) {
  for (const auto& field : request.fields) {
    if (!ascii_equals_ignoring_case(field.name, "cookie")) continue;
    for (const auto pair : split(field.value, ';')) {
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

bool is_secure(const Services& services, const net::Request& request) {
  if (request.peer->encrypted) return true;
  return !services.origins.empty() &&
         std::ranges::all_of(services.origins, [](const std::string& origin) { return origin.starts_with("https://"); });
}

std::string_view session_cookie(bool secure) { return secure ? "__Host-cairn" : "cairn_plain"; }
std::string_view device_cookie(bool secure) { return secure ? "__Host-cairn-device" : "cairn_device_plain"; }

std::string set_cookie(bool secure, std::string_view name, std::string_view value, std::optional<std::chrono::seconds> age) {
  auto text = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax", name, value);
  if (secure) text += "; Secure";
  if (age) text += fmt::format("; Max-Age={}", age->count());
  return text;
}

}  // namespace cairn::api
