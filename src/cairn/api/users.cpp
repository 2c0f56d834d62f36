#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/new_person.h"
#include "cairn/api/person_change.h"
#include "cairn/base/text.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kUsualPage = 100;
constexpr std::int64_t kLongestPage = 1'000;

struct ListPeople {
  std::string after;
  std::size_t limit;
  std::vector<account::Person> run(db::Snapshot& snapshot) const { return account::list_people(snapshot, after, limit); }
};

// A person with what the person's home holds.
struct FindUser {
  account::PersonId id;

  json::object run(db::Snapshot& snapshot) const {
    const auto person = account::find_person(snapshot, id);
    if (!person) throw Failure({ErrorCode::kNotFound, "There is no such person."});
    auto object = to_json(*person);
    const auto home = tree::require_home(snapshot, id);
    object["space"] = to_json(home, tree::find_usage(snapshot, home.id));
    return object;
  }
};

// All that is wanted of a user, or nothing of it.
struct ChangeUser {
  const ledger::Journal* journal;
  ledger::OperationId operation;
  ledger::Author author;
  account::PersonId person;
  account::PersonChange change;
  std::optional<std::int64_t> quota;
  std::string password;  // hashed; empty: it stays

  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  json::object run(db::Transaction& tx) const {
    if (change.display_name || change.admin || change.disabled)
      account::change_person(tx, *journal, operation, author, person, change);
    if (quota) tree::set_quota(tx, *journal, operation, author, tree::require_home(tx, person).id, *quota);
    if (!password.empty()) account::set_password(tx, *journal, operation, author, person, password, {});
    return FindUser{person}.run(tx);
  }
};

// `quota_bytes`: a number, or null for no limit; nothing if it is not there.
std::optional<std::int64_t> quota_in(JsonInput& input) {
  if (input.is_null("quota_bytes")) return tree::kUnlimited;
  const auto quota = input.optional_number("quota_bytes");
  if (quota && (*quota < 0 || *quota > tree::kUnlimited))
    throw Failure({ErrorCode::kInvalidInput, "quota_bytes is a number of bytes from 0 on, or null for no limit.", "quota_bytes"});
  return quota;
}

std::string decoded_cursor(const std::string& cursor) {
  const auto bytes = from_base64url(cursor);
  if (!bytes) throw Failure({ErrorCode::kInvalidInput, "This cursor is none that was given out.", "cursor"});
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

}  // namespace

// GET /users
Task<Response> list_users(const Call& call) {
  const auto limit = static_cast<std::size_t>(call.number("limit", 1, kLongestPage).value_or(kUsualPage));
  const auto cursor = call.parameter("cursor");
  auto list = ListPeople{.after = cursor ? decoded_cursor(*cursor) : std::string(), .limit = limit + 1};
  auto people = co_await call.read(list);
  std::optional<std::string> next;
  if (people.size() > limit) {
    people.pop_back();
    next = base64url(std::as_bytes(std::span(people.back().name)));
  }
  json::array items;
  for (const auto& person : people) items.push_back(to_json(person));
  co_return json_response(200, list_json(std::move(items), next));
}

// POST /users {name, password, display_name?, admin?, quota_bytes?}
Task<Response> add_user(const Call& call) {
  auto input = co_await JsonInput::read(call);
  auto wanted = WantedPerson::read(input);
  wanted.admin = input.optional_flag("admin").value_or(false);
  wanted.quota = quota_in(input).value_or(tree::kUnlimited);
  input.finish();
  // The password is no part of what is compared when the request is repeated: nothing of it is kept that could be compared.
  const auto said = fmt::format("{}\n{}\n{}\n{}", wanted.name, wanted.display_name, wanted.admin, wanted.quota);
  auto adding = add_wanted(call.services, std::move(wanted),
                           {.operation = call.operation(said), .author = call.who.author(), .turn = call.turn});
  const auto person = co_await std::move(adding);
  auto object = to_json(person);
  try {
    auto find = FindUser{person.id};
    auto found = co_await call.read(find);
    object = std::move(found);
  } catch (const Failure&) {
    object["disabled"] = person.disabled;  // the person is there: that the home cannot be looked at now changes nothing about it
  }
  auto response = json_response(201, object);
  response.fields.emplace_back("Location", "/api/v1/users/" + person.id.text());
  co_return response;
}

// GET /users/{id}
Task<Response> get_user(const Call& call) {
  auto find = FindUser{call.id<account::PersonId>()};
  const auto object = co_await call.read(find);
  co_return json_response(200, object);
}

// PATCH /users/{id} {display_name?, admin?, disabled?, password?, quota_bytes?}
Task<Response> change_user(const Call& call) {
  const auto id = call.id<account::PersonId>();
  auto input = co_await JsonInput::read(call);
  account::PersonChange change;
  if (const auto name = input.optional_text("display_name"))
    change.display_name = value_or_throw(account::check_display_name(*name));
  change.admin = input.optional_flag("admin");
  change.disabled = input.optional_flag("disabled");
  auto password = input.optional_secret("password");
  const auto quota = quota_in(input);
  input.finish();
  const auto person = co_await require_person(call, id);
  std::string hashed;
  if (password) {
    auto hashing = call.services.sign_in.hash_new(*std::move(password), person);
    hashed = co_await std::move(hashing);
  }
  auto operation = ChangeUser{.journal = &call.services.journal,
                              .operation = ledger::OperationId::make(call.services.clock.now()),
                              .author = call.who.author(),
                              .person = id,
                              .change = std::move(change),
                              .quota = quota,
                              .password = std::move(hashed)};
  const auto object = co_await call.write(operation);
  call.services.authenticator.forget_all();  // who is an administrator, and who may come in at all, holds at once
  co_return json_response(200, object);
}

}  // namespace cairn::api
