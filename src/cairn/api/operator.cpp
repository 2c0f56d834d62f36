#include "cairn/api/operator.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/new_person.h"
#include "cairn/tree/change_person.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

constexpr Turn kTurn{};
constexpr std::size_t kPageRows = 500;

struct ListPeople {
  std::string after;
  std::vector<account::Person> run(db::Snapshot& snapshot) const { return account::list_people(snapshot, after, kPageRows); }
};

struct FindByName {
  std::string name;
  account::Person run(db::Snapshot& snapshot) const { return account::require_person_by_name(snapshot, name); }
};

}  // namespace

Task<std::string> add_for_operator(const Services& services, std::string body) {
  auto input = JsonInput::parse(std::move(body));
  auto wanted = WantedPerson::read_with_admin(input);
  input.finish();
  if (!wanted.admin) {
    auto look = account::HasPeople{};
    const bool has_people = co_await services.database.read(kTurn, look);
    if (!has_people) {
      throw Failure({ErrorCode::kInvalidInput,
                     "The first one must be an administrator, since nobody else could add others: --admin.", "admin"});
    }
  }
  auto adding = add_wanted(services, std::move(wanted), {.operation = ledger::Operation::once(services.clock.now(), {})});
  const auto person = co_await std::move(adding);
  co_await services.setup_code.withdraw(kTurn);
  co_return json::serialize(json::object{{"id", person.id.text()}, {"name", person.name}});
}

Task<std::string> list_for_operator(const Services& services, std::string after) {
  auto list = ListPeople{std::move(after)};
  const auto people = co_await services.database.read(kTurn, list);
  json::array items;
  for (const auto& person : people) items.push_back(to_json(person));
  json::object page{{"items", std::move(items)}};
  if (people.size() == kPageRows) page["next"] = people.back().name;
  co_return json::serialize(page);
}

Task<std::string> change_for_operator(const Services& services, std::string name, std::string body) {
  auto input = JsonInput::parse(std::move(body));
  const auto disabled = input.optional_flag("disabled");
  auto password = input.optional_secret("password");
  input.finish();
  auto find = FindByName{std::move(name)};
  const auto person = co_await services.database.read(kTurn, find);
  auto change = tree::ChangePerson{.journal = &services.journal,
                                   .operation = ledger::OperationId::make(services.clock.now()),
                                   .author = {},
                                   .person = person.id};
  change.change.disabled = disabled;
  if (password) {
    auto hashing = services.sign_in.hash_new(*std::move(password), person);
    change.password = co_await std::move(hashing);
  }
  const auto changed = co_await services.database.write(kTurn, std::move(change));
  services.authenticator.forget_all();
  co_return json::serialize(to_json(changed));
}

}  // namespace cairn::api
