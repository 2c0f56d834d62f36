#include "cairn/api/new_person.h"

namespace cairn::api {

WantedPerson WantedPerson::read(JsonInput& input) {
  WantedPerson wanted;
  wanted.name = value_or_throw(account::check_login_name(input.text("name")));
  wanted.display_name = value_or_throw(account::check_display_name(input.optional_text("display_name").value_or(wanted.name)));
  wanted.password = input.secret("password");
  return wanted;
}

WantedPerson WantedPerson::read_with_admin(JsonInput& input) {
  auto wanted = read(input);
  wanted.admin = input.optional_flag("admin").value_or(false);
  return wanted;
}

Task<account::Person> add_wanted(const Services& services, WantedPerson wanted, Addition addition) {
  const auto now = services.clock.now();
  const account::Person about{
      .id = account::PersonId::make(now), .name = wanted.name, .display_name = wanted.display_name, .created_at = now};
  auto hashing = services.sign_in.hash_new(std::move(wanted.password), about);
  auto password = co_await std::move(hashing);
  auto add = tree::AddPerson{.journal = &services.journal,
                             .operation = addition.operation,
                             .author = addition.author,
                             .person = {.id = about.id,
                                        .name = std::move(wanted.name),
                                        .display_name = std::move(wanted.display_name),
                                        .admin = wanted.admin,
                                        .password = std::move(password)},
                             .space = tree::SpaceId::make(now),
                             .quota = wanted.quota,
                             .only_first = addition.only_first};
  auto adding = services.tree.add_person(addition.turn, std::move(add));
  auto person = co_await std::move(adding);
  co_return person;
}

}  // namespace cairn::api
