#include "cairn/api/call.h"

#include <algorithm>

#include <fmt/format.h>

#include "cairn/api/credentials.h"
#include "cairn/base/text.h"
#include "cairn/net/conditions.h"

namespace cairn::api {
namespace {

constexpr std::size_t kLongestKey = 255;
constexpr std::size_t kLongestAgent = 255;

Failure precondition_failed() {
  return Failure(
      {ErrorCode::kPreconditionFailed, "It is not in the state that If-Match names. Look at it again, then decide.", "If-Match"});
}

// The one strong tag of an If-Match; nothing if there is no such field, or `*`, which what exists meets.
std::optional<std::string> wanted_tag(const net::Request& request) {
  const auto tags = net::entity_tags(request, "if-match");
  if (!tags || tags->any) return std::nullopt;
  if (tags->strong.size() > 1) throw Failure({ErrorCode::kInvalidInput, "If-Match takes one tag here.", "If-Match"});
  if (tags->strong.empty()) throw precondition_failed();
  const std::string_view quoted = tags->strong.front();
  return std::string(quoted.substr(1, quoted.size() - 2));
}

struct SpaceOfNode {
  tree::NodeId node;
  std::optional<tree::SpaceId> run(db::Snapshot& snapshot) const {
    const auto found = tree::find_node(snapshot, node);
    return found ? std::optional(found->space) : std::nullopt;
  }
};

struct WasDone {
  ledger::Operation operation;
  bool run(db::Snapshot& snapshot) const { return ledger::recall(snapshot, operation).has_value(); }
};

struct HomeOf {
  account::PersonId person;
  tree::SpaceId run(db::Snapshot& snapshot) const { return tree::require_home(snapshot, person).id; }
};

}  // namespace

void Call::throw_not_found() { throw Failure({ErrorCode::kNotFound, "There is nothing at this address."}); }

std::optional<std::string> Call::parameter(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &net::Parameters::value_type::first);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> Call::number(std::string_view name, std::int64_t least, std::int64_t most) const {
  const auto text = parameter(name);
  if (!text) return std::nullopt;
  const auto value = parse_unsigned(*text);
  if (!value || *value > static_cast<std::uint64_t>(most) || static_cast<std::int64_t>(*value) < least)
    throw Failure({ErrorCode::kInvalidInput, fmt::format("{} is a number from {} to {}.", name, least, most), std::string(name)});
  return static_cast<std::int64_t>(*value);
}

bool Call::flag(std::string_view name) const {
  const auto text = parameter(name);
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  throw Failure({ErrorCode::kInvalidInput, fmt::format("{} is true or false.", name), std::string(name)});
}

void check_idempotency_key(const net::Request& request) {
  const auto key = request.header("idempotency-key");
  if (!key) return;
  const bool clean = std::ranges::all_of(*key, [](char c) { return c > ' ' && c < 0x7f; });
  if (key->empty() || key->size() > kLongestKey || !clean) {
    throw Failure({ErrorCode::kInvalidInput,
                   fmt::format("An Idempotency-Key has 1 to {} printable ASCII letters; a UUID is a good one.", kLongestKey),
                   "Idempotency-Key"});
  }
}

ledger::Operation Call::operation(std::string_view said) const {
  const auto key = request.header("idempotency-key");
  if (!key) return ledger::Operation::once(services.clock.now(), who.person.uuid());
  const auto asked = fmt::format("{} {}?{}\n{}\n{}\n{}", net::name_of(request.method), request.path, request.query,
                                 request.header("if-match").value_or(""), request.header("if-none-match").value_or(""), said);
  return ledger::Operation::repeatable(who.person.uuid(), *key, asked);
}

account::Origin origin_of(const Call& call) {
  const auto& request = call.request;
  const auto& peer = *request.peer;
  return {.address = peer.address,
          .prefix = peer.prefix,
          .agent = std::string(request.header("user-agent").value_or("").substr(0, kLongestAgent)),
          .wide = peer.wide,
          .device = std::string(cookie_of(request, device_cookie(is_secure(call.services, request))).value_or(""))};
}

Task<tree::SpaceId> space_of(const Call& call, tree::NodeId node) {
  auto find = SpaceOfNode{node};
  const auto space = co_await call.read(find);
  if (!space && !call.request.header("idempotency-key"))
    throw Failure({ErrorCode::kNotFound, "There is no such file or folder."});
  co_return space.value_or(tree::SpaceId());
}

Task<bool> was_done(const Call& call, std::string said) {
  if (!call.request.header("idempotency-key")) co_return false;
  auto look = WasDone{call.operation(said)};
  const bool done = co_await call.read(look);
  co_return done;
}

std::optional<tree::SpaceId> space_in(std::string_view name) {
  if (name == "home") return std::nullopt;
  const auto id = tree::SpaceId::parse(name);
  if (!id) throw Failure({ErrorCode::kNotFound, "There is no such space."});
  return id;
}

Task<tree::SpaceId> space_named(const Call& call, std::string name) {
  if (const auto id = space_in(name)) co_return *id;
  auto find = HomeOf{call.who.person};
  const auto home = co_await call.read(find);
  co_return home;
}

tree::OnConflict on_conflict_of(const std::optional<std::string>& text, tree::OnConflict otherwise) {
  if (!text) return otherwise;
  if (*text == "fail") return tree::OnConflict::kFail;
  if (*text == "rename") return tree::OnConflict::kRename;
  if (*text == "replace") return tree::OnConflict::kReplace;
  throw Failure({ErrorCode::kInvalidInput, "on_conflict is fail, rename or replace.", "on_conflict"});
}

std::optional<std::int64_t> wanted_rev(const net::Request& request) {
  const auto tag = wanted_tag(request);
  if (!tag) return std::nullopt;
  const auto rev = tag->starts_with('r') ? parse_unsigned(std::string_view(*tag).substr(1)) : std::nullopt;
  if (!rev) throw precondition_failed();
  return static_cast<std::int64_t>(*rev);
}

std::optional<tree::VersionId> wanted_version(const net::Request& request) {
  const auto tag = wanted_tag(request);
  if (!tag) return std::nullopt;
  const auto version = tree::VersionId::parse(*tag);
  if (!version) throw precondition_failed();
  return version;
}

}  // namespace cairn::api
