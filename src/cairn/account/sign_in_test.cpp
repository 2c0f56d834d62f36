#include "cairn/account/sign_in.h"

#include "cairn/account/testing/account_test.h"

namespace cairn::account {
namespace {

using ::testing::ElementsAre;

class SignInTest : public AccountTest {
 protected:
  SignInTest() { ana_ = given_person("ana"); }
  PersonId ana_;
};

TEST_F(SignInTest, TheRightPasswordLetsIn) {
  EXPECT_EQ(signed_in("ana").person.id, ana_);
  EXPECT_EQ(signed_in("ANA").person.id, ana_);
  EXPECT_THAT(events_of(ana_), ElementsAre("person.signed_in", "person.signed_in"));
}

TEST_F(SignInTest, WhoIsUnknownHearsTheSameAsWhoIsWrong) {
  const auto message_for = [&](const std::string& name, const std::string& password) -> std::string {
    try {
      signed_in(name, password);
      return "let in";
    } catch (const Failure& failure) {
      return failure.error().message;
    }
  };
  const auto wrong = message_for("ana", "wrong password here");
  EXPECT_NE(wrong, "let in");
  EXPECT_EQ(message_for("nobody", "wrong password here"), wrong);
  EXPECT_EQ(message_for("", ""), wrong);
  EXPECT_EQ(message_for("ana' OR 1=1 --", "x"), wrong);
}

TEST_F(SignInTest, AFailedAttemptIsWrittenDownWithoutWhatWasTyped) {
  error_of_sign_in("ana", "wrong password here");
  error_of_sign_in("my-secret-password", "x");
  EXPECT_THAT(events_of(ana_), ElementsAre("person.sign_in_failed"));
  EXPECT_THAT(events_of(ledger::kDirectory), ElementsAre("person.added", "person.sign_in_failed"));
  for (const auto& stream : {ledger::kDirectory, ledger::StreamId(ana_.uuid())}) {
    for (const auto& event : sim_.change([&](db::Transaction& tx) { return ledger::read_events(tx, stream, 0, 10); })) {
      EXPECT_EQ(event.detail.find("wrong password"), std::string::npos);
      EXPECT_EQ(event.detail.find("my-secret"), std::string::npos);
    }
  }
}

TEST_F(SignInTest, GuessingIsSlowedDownAndTheOwnerElsewhereIsNot) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of_sign_in("ana", "wrong"), ErrorCode::kUnauthenticated);
  EXPECT_EQ(error_of_sign_in("ana", "wrong"), ErrorCode::kTooManyAttempts);
  EXPECT_EQ(error_of_sign_in("ana", kPassword), ErrorCode::kTooManyAttempts) << "the budget tells whether a guess is right";
  origin_.prefix = "198.51.100.1";
  EXPECT_TRUE(works(signed_in("ana").cookie));
  origin_.prefix = "203.0.113.7";
  sim_.clock.turn(std::chrono::minutes(1));
  EXPECT_TRUE(works(signed_in("ana").cookie));
}

TEST_F(SignInTest, OneNetworkCannotTryManyNames) {
  int tried = 0;
  for (int i = 0; i < 50; ++i)
    if (error_of_sign_in("name" + std::to_string(i), "x") == ErrorCode::kUnauthenticated) ++tried;
  EXPECT_EQ(tried, guesses_.origin.burst);
}

TEST_F(SignInTest, ManyNetworksCannotTryOneNameForEver) {
  int tried = 0;
  for (int i = 0; i < 150; ++i) {
    origin_.prefix = "network " + std::to_string(i);
    if (error_of_sign_in("ana", "x") == ErrorCode::kUnauthenticated) ++tried;
  }
  EXPECT_EQ(tried, guesses_.account.burst);
}

TEST_F(SignInTest, ManyGuessesAtOnceAreCountedEach) {
  TaskGroup group;
  int wrong = 0;
  int refused = 0;
  for (int i = 0; i < 64; ++i) {
    group.spawn([](SignIn& sign_in, Origin origin, int& wrongs, int& refusals) -> Task<> {
      try {
        co_await sign_in.by_browser("ana", Secret("wrong"), std::move(origin));
      } catch (const Failure& failure) {
        ++(failure.error().code == ErrorCode::kUnauthenticated ? wrongs : refusals);
      }
    }(sign_in_, origin_, wrong, refused));
  }
  while (sim_.step()) {
  }
  EXPECT_EQ(wrong, 5);
  EXPECT_EQ(refused, 59);
}

TEST_F(SignInTest, WhoSignsInOftenIsNotSlowedDown) {
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(works(signed_in("ana").cookie)) << i;
}

TEST_F(SignInTest, AHashFromElsewhereIsMadeAnewAtTheFirstSignIn) {
  const auto id = PersonId::make(sim_.clock.now());
  sim_.change([&](db::Transaction& tx) {
    add_person(tx, journal_, operation(), {},
               {.id = id,
                .name = "old",
                .display_name = "old",
                .password = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"});
  });
  const auto session = signed_in("old", "U*U");
  EXPECT_TRUE(person(id).password.starts_with("$cairn$argon2id$"));
  sim_.clock.turn(limits_.cache);
  EXPECT_TRUE(works(session.cookie));
  EXPECT_TRUE(works(signed_in("old", "U*U").cookie));
}

TEST_F(SignInTest, WhoHasNoPasswordCannotSignInByOne) {
  const auto id = PersonId::make(sim_.clock.now());
  sim_.change([&](db::Transaction& tx) {
    add_person(tx, journal_, operation(), {}, {.id = id, .name = "oidc", .display_name = "oidc", .password = ""});
  });
  EXPECT_EQ(error_of_sign_in("oidc", ""), ErrorCode::kUnauthenticated);
}

// The password is checked outside of any transaction: who is disabled meanwhile must not get in.
TEST_F(SignInTest, WhoIsDisabledWhileTheirPasswordIsCheckedStaysOut) {
  given_person("admin", true);
  bool let_in = false;
  TaskGroup group;
  group.spawn([](SignIn& sign_in, Origin origin, bool& in) -> Task<> {
    try {
      co_await sign_in.by_browser("ana", Secret(kPassword), std::move(origin));
      in = true;
    } catch (const Failure&) {
      in = false;
    }
  }(sign_in_, origin_, let_in));
  ASSERT_TRUE(sim_.database->run_one()) << "it has read the person";
  ASSERT_TRUE(sim_.pool.run_one()) << "the password is right";
  sim_.change([&](db::Transaction& tx) {
    change_person(tx, journal_, operation(), {}, ana_, {.display_name = {}, .admin = {}, .disabled = true});
  });
  while (sim_.step()) {
  }
  EXPECT_FALSE(let_in);
}

TEST_F(SignInTest, OnesOwnPasswordIsConfirmedWithinABudgetOfTheSession) {
  const auto session = signed_in("ana");
  const auto ana = sim_.run(authenticator_.by_cookie({}, std::string(session.cookie.reveal())));
  for (int i = 0; i < 10; ++i) error_of_sign_in("ana", "a stranger's guess");
  EXPECT_TRUE(sim_.run(sign_in_.confirm(ana, Secret(kPassword), origin_))) << "strangers keep the owner from confirming";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(sim_.run(sign_in_.confirm(ana, Secret("wrong"), origin_)));
  EXPECT_EQ(error_of(sign_in_.confirm(ana, Secret(kPassword), origin_)), ErrorCode::kTooManyAttempts);
}

TEST_F(SignInTest, WhereTheOwnerHasSignedInBeforeStrangersGuessesDoNotKeepThemOut) {
  const auto device = std::string(signed_in("ana").device.reveal());
  for (int i = 0; i < 150; ++i) {
    origin_.prefix = "network " + std::to_string(i % 30);
    error_of_sign_in("ana", "x");
  }
  EXPECT_EQ(error_of_sign_in("ana", kPassword), ErrorCode::kTooManyAttempts);
  origin_.device = device;
  EXPECT_TRUE(works(signed_in("ana").cookie));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(error_of_sign_in("ana", "x"), ErrorCode::kUnauthenticated);
  EXPECT_EQ(error_of_sign_in("ana", kPassword), ErrorCode::kTooManyAttempts) << "a device guesses without end";
}

TEST_F(SignInTest, ADeviceOfOnePersonIsNoneOfAnothers) {
  given_person("ben");
  origin_.device = std::string(signed_in("ben").device.reveal());
  for (int i = 0; i < 5; ++i) error_of_sign_in("ana", "x");
  EXPECT_EQ(error_of_sign_in("ana", kPassword), ErrorCode::kTooManyAttempts);
}

TEST_F(SignInTest, AWideNetworkHasATenfoldBudget) {
  origin_.wide = "2001:db8::/48";
  int tried = 0;
  for (int i = 0; i < 300; ++i) {
    origin_.prefix = "2001:db8:0:" + std::to_string(i) + "::/64";
    if (error_of_sign_in("name" + std::to_string(i), "x") == ErrorCode::kUnauthenticated) ++tried;
  }
  EXPECT_EQ(tried, 200);
}

TEST_F(SignInTest, SomebodyHasAHundredSessionsAtMost) {
  const auto first = signed_in("ana");
  for (std::size_t i = 0; i < limits_.most; ++i) {
    sim_.clock.turn(std::chrono::seconds(1));
    signed_in("ana");
  }
  EXPECT_EQ(sim_.change([&](db::Transaction& tx) { return list_sessions(tx, ana_); }).size(), limits_.most);
  sim_.clock.turn(limits_.cache);
  EXPECT_FALSE(works(first.cookie));
}

}  // namespace
}  // namespace cairn::account
