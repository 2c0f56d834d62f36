#pragma once
#include <string>

#include "cairn/account/authenticator.h"
#include "cairn/account/schema.h"
#include "cairn/account/sign_in.h"
#include "cairn/db/testing/stepped_database.h"
#include "cairn/ledger/schema.h"

namespace cairn::account {

/// People with passwords, and all that lets them in, over a database whose work is done by hand.
class AccountTest : public ::testing::Test {
 protected:
  static constexpr const char* kPassword = "correct horse battery";

  PersonId given_person(const std::string& name, bool admin = false) {
    const auto id = PersonId::make(sim_.clock.now());
    sim_.change([&](db::Transaction& tx) {
      add_person(tx, journal_, operation(), {},
                 {.id = id, .name = name, .display_name = name, .admin = admin, .password = hasher_.hash(Secret(kPassword))});
    });
    return id;
  }
  Person person(const PersonId& id) {
    return *sim_.change([&](db::Transaction& tx) { return find_person(tx, id); });
  }
  std::vector<std::string> events_of(const ledger::StreamId& stream) {
    std::vector<std::string> kinds;
    for (const auto& event : sim_.change([&](db::Transaction& tx) { return ledger::read_events(tx, stream, 0, 1000); }))
      kinds.push_back(event.kind);
    return kinds;
  }
  std::vector<std::string> events_of(const PersonId& id) { return events_of(ledger::StreamId(id.uuid())); }

  BrowserSession signed_in(const std::string& name, const std::string& password = kPassword) {
    return sim_.run(sign_in_.by_browser(name, Secret(password), origin_));
  }
  TokenPair tokens_for(const std::string& name) { return sim_.run(sign_in_.for_tokens(name, Secret(kPassword), origin_)); }

  /// The error that a task ends with; kInternal if it ends well.
  template <class T>
  ErrorCode error_of(Task<T> task) {
    try {
      sim_.run(std::move(task));
    } catch (const Failure& failure) {
      return failure.error().code;
    }
    return ErrorCode::kInternal;
  }
  ErrorCode error_of_sign_in(const std::string& name, const std::string& password) {
    return error_of(sign_in_.by_browser(name, Secret(password), origin_));
  }
  /// Whether the cookie lets its bearer in.
  bool works(const Secret& cookie) {
    return error_of(authenticator_.by_cookie({}, std::string(cookie.reveal()))) == ErrorCode::kInternal;
  }
  bool access_works(const Secret& token) {
    return error_of(authenticator_.by_access_token({}, std::string(token.reveal()))) == ErrorCode::kInternal;
  }
  [[nodiscard]] ledger::OperationId operation() const { return ledger::OperationId::make(sim_.clock.now()); }

  db::SteppedDatabase sim_{{db::own_migrations(), ledger::migrations(), migrations()}};
  const ledger::Journal journal_{crypt::Key::make()};
  const crypt::PasswordHasher hasher_{crypt::Key::make(), {.argon2_kibibytes = 8, .argon2_passes = 1}};
  const Tokens tokens_{
      {.signing = crypt::Key::make(), .refresh = crypt::Key::make(), .csrf = crypt::Key::make(), .device = crypt::Key::make()},
      "cairn:test"};
  const SessionLimits limits_{};
  const GuessLimits guesses_{};
  SignIn sign_in_{{.database = *sim_.database,
                   .journal = journal_,
                   .tokens = tokens_,
                   .hasher = hasher_,
                   .passwords = sim_.pool,
                   .clock = sim_.clock},
                  limits_,
                  guesses_};
  Authenticator authenticator_{{.database = *sim_.database, .tokens = tokens_, .clock = sim_.clock}, limits_};
  Origin origin_{.address = "203.0.113.7", .prefix = "203.0.113.7", .agent = "a browser"};
};

}  // namespace cairn::account
