#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/new_person.h"
#include "cairn/api/paging.h"
#include "cairn/api/person_change.h"
#include "cairn/tree/remove_person.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

// A person with what the person's home holds.
json::object with_home(db::Snapshot& snapshot, const account::Person& person) {
  auto object = to_json(person);
  const auto home = tree::require_home(snapshot, person.id);
  object["space"] = to_json(home, tree::find_usage(snapshot, home.id));
  return object;
}

struct PeoplePage {
  json::array items;
  std::optional<std::string> next;
};

struct ListPeople {
  std::string after;
  std::size_t limit;

  PeoplePage run(db::Snapshot& snapshot) const {
    auto people = account::list_people(snapshot, after, limit + 1);
    PeoplePage page;
    if (people.size() > limit) {
      people.pop_back();
      page.next = cursor_of(people.back().name);
    }
    for (const auto& person : people) page.items.push_back(with_home(snapshot, person));
    return page;
  }
};

struct FindUser {
  account::PersonId id;

  json::object run(db::Snapshot& snapshot) const {
    const auto person = account::find_person(snapshot, id);
    if (!person) throw Failure({ErrorCode::kNotFound, "There is no such person."});
    return with_home(snapshot, *person);
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

}  // namespace

// GET /users
Task<Response> list_users(const Call& call) {
  auto list = ListPeople{.after = place_in(call).value_or(""), .limit = page_limit(call)};
  auto page = co_await call.read(list);
  co_return json_response(200, list_json(std::move(page.items), page.next));
}

// POST /users {name, password, display_name?, admin?, quota_bytes?}
Task<Response> add_user(const Call& call) {
  auto input = co_await JsonInput::read(call);
  auto wanted = WantedPerson::read_with_admin(input);
  wanted.quota = quota_in(input).value_or(tree::kUnlimited);
  input.finish();
  // The password is no part of what is compared when the request is repeated: nothing of it is kept that could be compared.
  const auto said = fmt::format("{}\n{}\n{}\n{}", wanted.name, wanted.display_name, wanted.admin, wanted.quota);
  auto adding = add_wanted(call.services, std::move(wanted),
                           {.operation = call.operation(said), .author = call.who.author(), .turn = call.turn});
  const auto person = co_await std::move(adding);
  auto response = json_response(201, to_json(person));
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
  auto change = change_of(call, id);
  if (const auto name = input.optional_text("display_name"))
    change.change.display_name = value_or_throw(account::check_display_name(*name));
  change.change.admin = input.optional_flag("admin");
  change.change.disabled = input.optional_flag("disabled");
  auto password = input.optional_secret("password");
  change.quota = quota_in(input);
  input.finish();
  const auto person = co_await require_person(call, id);
  if (password) {
    auto hashing = call.services.sign_in.hash_new(*std::move(password), person);
    change.password = co_await std::move(hashing);
  }
  co_await change_person(call, std::move(change));
  auto find = FindUser{id};
  const auto object = co_await call.read(find);
  co_return json_response(200, object);
}

// DELETE /users/{id}?files=delete
Task<Response> remove_user(const Call& call) {
  const auto id = call.id<account::PersonId>();
  if (call.parameter("files") != "delete")
    throw Failure({ErrorCode::kInvalidInput,
                   "This removes all files of the user for good. Say so: files=delete. Or disable the user instead.", "files"});
  if (id == call.who.person) throw Failure({ErrorCode::kConflict, "You cannot remove yourself. Another administrator can."});
  auto removal = tree::RemovePerson{
      .journal = &call.services.journal, .operation = call.operation(), .author = call.who.author(), .person = id};
  const auto job = co_await call.write(removal);
  call.services.authenticator.forget_all();
  co_return accepted_response(job);
}

}  // namespace cairn::api
