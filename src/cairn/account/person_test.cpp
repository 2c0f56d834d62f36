#include "cairn/account/person.h"

#include "cairn/account/testing/account_test.h"

namespace cairn::account {
namespace {

using ::testing::ElementsAre;

class PersonTest : public AccountTest {
 protected:
  void change(const PersonId& id, const PersonChange& what) {
    sim_.change([&](db::Transaction& tx) { change_person(tx, journal_, operation(), {}, id, what); });
  }
};

TEST_F(PersonTest, NamesToSignInWithAreSimple) {
  for (const auto* good : {"a", "ana", "Ana.Lovelace", "ana@example.org", "a-b_c+d", "7"})
    EXPECT_TRUE(check_login_name(good)) << good;
  for (const auto* bad : {"", " ana", "ana b", ".ana", "-", "an\xc3\xa4", "a/b", "a\nb", "a\"b"})
    EXPECT_FALSE(check_login_name(bad)) << bad;
  EXPECT_TRUE(check_login_name(std::string(64, 'a')));
  EXPECT_FALSE(check_login_name(std::string(65, 'a')));
}

TEST_F(PersonTest, NamesToBeShownAreAnyText) {
  EXPECT_EQ(*check_display_name("  Ana Lövelace "), "Ana Lövelace");
  for (const auto& bad : {std::string(), std::string("  "), std::string("a\nb"), std::string("\xff"), std::string(256, 'a')})
    EXPECT_FALSE(check_display_name(bad)) << bad;
}

TEST_F(PersonTest, TwoNamesThatDifferInCaseAloneAreTheSame) {
  given_person("Ana");
  try {
    given_person("aNA");
    ADD_FAILURE() << "two people share a name";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().code, ErrorCode::kAlreadyExists);
  }
}

TEST_F(PersonTest, AreListedByTheirNames) {
  for (const auto* name : {"ben", "Ana", "cleo"}) given_person(name);
  const auto names = [&](std::string_view after, std::size_t limit) {
    std::vector<std::string> found;
    for (const auto& one : sim_.change([&](db::Transaction& tx) { return list_people(tx, after, limit); }))
      found.push_back(one.name);
    return found;
  };
  EXPECT_THAT(names("", 2), ElementsAre("Ana", "ben"));
  EXPECT_THAT(names("ben", 2), ElementsAre("cleo"));
}

TEST_F(PersonTest, ChangesAreWrittenDownInTheDirectory) {
  given_person("ana", true);
  const auto ben = given_person("ben");
  change(ben, {.display_name = "Ben", .admin = true, .disabled = {}});
  EXPECT_EQ(person(ben).display_name, "Ben");
  EXPECT_TRUE(person(ben).admin);
  EXPECT_THAT(events_of(ledger::kDirectory), ElementsAre("person.added", "person.added", "person.changed"));
}

TEST_F(PersonTest, TheLastAdministratorStaysOne) {
  const auto ana = given_person("ana", true);
  const auto ben = given_person("ben", true);
  change(ben, {.display_name = {}, .admin = false, .disabled = {}});
  for (const auto& what : {PersonChange{.display_name = {}, .admin = false, .disabled = {}},
                           PersonChange{.display_name = {}, .admin = {}, .disabled = true}}) {
    try {
      change(ana, what);
      ADD_FAILURE() << "nobody is left to administer";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.error().code, ErrorCode::kConflict);
    }
  }
  EXPECT_TRUE(person(ana).admin);
}

TEST_F(PersonTest, DisablingSomebodyEndsTheirSessionsAndKeepsThemOut) {
  given_person("ana", true);
  const auto ben = given_person("ben");
  const auto session = signed_in("ben");
  ASSERT_TRUE(works(session.cookie));
  change(ben, {.display_name = {}, .admin = {}, .disabled = true});
  sim_.clock.turn(limits_.cache);
  EXPECT_FALSE(works(session.cookie));
  EXPECT_EQ(error_of_sign_in("ben", kPassword), ErrorCode::kUnauthenticated);
  change(ben, {.display_name = {}, .admin = {}, .disabled = false});
  EXPECT_FALSE(works(session.cookie)) << "a session came back to life";
  EXPECT_TRUE(works(signed_in("ben").cookie));
}

TEST_F(PersonTest, ANewPasswordEndsAllSessionsButTheOneThatSetIt) {
  const auto ana = given_person("ana");
  const auto here = signed_in("ana");
  const auto elsewhere = signed_in("ana");
  const auto hashed = sim_.run(sign_in_.hash_new(Secret("another fine phrase"), person(ana)));
  sim_.change([&](db::Transaction& tx) { set_password(tx, journal_, operation(), {}, ana, hashed, here.session); });
  sim_.clock.turn(limits_.cache);
  EXPECT_TRUE(works(here.cookie));
  EXPECT_FALSE(works(elsewhere.cookie));
  EXPECT_EQ(error_of_sign_in("ana", kPassword), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(works(signed_in("ana", "another fine phrase").cookie));
}

TEST_F(PersonTest, NewPasswordsAreNotEasilyGuessed) {
  const Person ana{.id = {}, .name = "analovelace", .display_name = "Countess", .created_at = {}, .password = {}};
  for (const auto* good : {"correct horse battery", "Zw3lf.Zeichen"}) EXPECT_TRUE(check_new_password(Secret(good), ana)) << good;
  for (const auto* bad : {"", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "my AnaLovelace pass",
                          "the countess of x", "cairn is my home", "0123456789ab", "qwertyuiop[]12", "mypassword1234"})
    EXPECT_FALSE(check_new_password(Secret(bad), ana)) << bad;
  EXPECT_TRUE(check_new_password(Secret(std::string(64, 'x') + "abcd" + std::string(60, 'y')), ana));
  EXPECT_FALSE(check_new_password(Secret(std::string(65, 'x') + "abcd" + std::string(60, 'y')), ana));
}

}  // namespace
}  // namespace cairn::account
