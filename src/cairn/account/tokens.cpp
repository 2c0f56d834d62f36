#include "cairn/account/tokens.h"

#include <algorithm>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/base/random.h"
#include "cairn/base/text.h"

namespace cairn::account {
namespace {

namespace json = boost::json;
using Bytes = std::vector<std::byte>;

// The only header that is ever written or accepted: no token chooses its own algorithm.
constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"at+jwt"})";
constexpr std::size_t kLongestAccessToken = 2'048;
constexpr std::size_t kIdBytes = sizeof(Uuid);
constexpr std::size_t kSecretBytes = 32;

void append(Bytes& to, std::span<const std::byte> bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

Bytes numbered(const SessionId& session, std::int64_t no) {
  Bytes bytes;
  append(bytes, session.bytes());
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(no) >> shift));
  return bytes;
}

Uuid id_in(std::span<const std::byte> bytes) {
  Uuid id;
  std::ranges::copy(bytes.first(kIdBytes), id.begin());
  return id;
}

SessionId session_in(std::span<const std::byte> bytes) { return SessionId(id_in(bytes)); }

std::string encoded(std::string_view text) { return base64url(std::as_bytes(std::span(text))); }

std::int64_t in_seconds(Instant when) {
  return std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
}

// The claim as a text; empty if it is missing or something else.
std::string_view text_of(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_string();
}

std::optional<Instant> time_of(const json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return Instant(std::chrono::seconds(value->get_int64()));
}

}  // namespace

Tokens::Tokens(const Keys& keys, std::string issuer)
    : signing_(keys.signing),
      refresh_(keys.refresh.clone()),
      csrf_(keys.csrf.clone()),
      device_(keys.device.clone()),
      issuer_(std::move(issuer)) {}

Tokens::Cookie Tokens::make_cookie(const SessionId& session) {
  std::array<std::byte, kSecretBytes> secret;
  fill_random(secret);
  Bytes bytes;
  append(bytes, session.bytes());
  append(bytes, secret);
  return {.text = Secret(base64url(bytes)), .secret_hash = crypt::sha256(secret)};
}

std::optional<Tokens::ReadCookie> Tokens::read_cookie(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kIdBytes + kSecretBytes) return std::nullopt;
  return ReadCookie{.session = session_in(*bytes), .secret_hash = crypt::sha256(std::span(*bytes).subspan(kIdBytes))};
}

crypt::Sha256 Tokens::refresh_mac(const SessionId& session, std::int64_t no) const {
  return crypt::hmac_sha256(refresh_.reveal(), numbered(session, no));
}

Secret Tokens::refresh_token(const SessionId& session, std::int64_t no) const {
  auto bytes = numbered(session, no);
  append(bytes, refresh_mac(session, no));
  return Secret(base64url(bytes));
}

std::optional<Tokens::ReadRefresh> Tokens::read_refresh(std::string_view text) const {
  constexpr std::size_t kNumberBytes = 8;
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kIdBytes + kNumberBytes + sizeof(crypt::Sha256)) return std::nullopt;
  const auto session = session_in(*bytes);
  std::uint64_t no = 0;
  for (const auto byte : std::span(*bytes).subspan(kIdBytes, kNumberBytes)) no = no << 8 | std::to_integer<std::uint64_t>(byte);
  const auto mac = std::span(*bytes).subspan(kIdBytes + kNumberBytes);
  if (!crypt::equal_in_constant_time(refresh_mac(session, static_cast<std::int64_t>(no)), mac)) return std::nullopt;
  return ReadRefresh{.session = session, .no = static_cast<std::int64_t>(no)};
}

Secret Tokens::access_token(const AccessClaims& claims) const {
  const json::object body{{"iss", issuer_},
                          {"aud", issuer_},
                          {"sub", claims.person.text()},
                          {"sid", claims.session.text()},
                          {"iat", in_seconds(claims.issued_at)},
                          {"exp", in_seconds(claims.expires_at)},
                          {"jti", encode_base32(make_uuid(claims.issued_at))}};
  const auto text = encoded(kHeader) + "." + encoded(json::serialize(body));
  return Secret(text + "." + base64url(signing_.sign(crypt::label(text))));
}

std::optional<AccessClaims> Tokens::read_access(std::string_view text, Instant now) const {
  if (text.size() > kLongestAccessToken) return std::nullopt;
  const auto last_dot = text.rfind('.');
  const auto header = encoded(kHeader) + ".";
  if (last_dot == std::string_view::npos || last_dot < header.size() || !text.starts_with(header)) return std::nullopt;
  const auto signature = from_base64url(text.substr(last_dot + 1));
  if (!signature || !signing_.verify(crypt::label(text.substr(0, last_dot)), *signature)) return std::nullopt;

  // From here on it is ours, if perhaps of another purpose, another installation or another time.
  const auto body = from_base64url(text.substr(header.size(), last_dot - header.size()));
  if (!body) return std::nullopt;
  json::error_code error;
  const auto value = json::parse({reinterpret_cast<const char*>(body->data()), body->size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& claims = value.get_object();
  const auto person = PersonId::parse(text_of(claims, "sub"));
  const auto session = SessionId::parse(text_of(claims, "sid"));
  const auto issued_at = time_of(claims, "iat");
  const auto expires_at = time_of(claims, "exp");
  if (!person || !session || !issued_at || !expires_at || now >= *expires_at) return std::nullopt;
  if (text_of(claims, "iss") != issuer_ || text_of(claims, "aud") != issuer_) return std::nullopt;
  return AccessClaims{.person = *person, .session = *session, .issued_at = *issued_at, .expires_at = *expires_at};
}

std::string Tokens::csrf_token(const SessionId& session) const {
  return base64url(crypt::hmac_sha256(csrf_.reveal(), session.bytes()));
}

Secret Tokens::make_device(const PersonId& person) const {
  Bytes bytes;
  append(bytes, person.bytes());
  Uuid device;
  fill_random(device);
  append(bytes, device);
  append(bytes, crypt::hmac_sha256(device_.reveal(), bytes));
  return Secret(base64url(bytes));
}

std::optional<Tokens::ReadDevice> Tokens::read_device(std::string_view text) const {
  constexpr std::size_t kSignedBytes = 2 * sizeof(Uuid);
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kSignedBytes + sizeof(crypt::Sha256)) return std::nullopt;
  const auto told = std::span(*bytes);
  if (!crypt::equal_in_constant_time(crypt::hmac_sha256(device_.reveal(), told.first(kSignedBytes)), told.subspan(kSignedBytes)))
    return std::nullopt;
  return ReadDevice{.person = PersonId(id_in(told)), .device = id_in(told.subspan(kIdBytes))};
}

}  // namespace cairn::account
