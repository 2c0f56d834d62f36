#include "cairn/account/session.h"

#include "cairn/account/testing/account_test.h"

namespace cairn::account {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class SessionTest : public AccountTest {
 protected:
  SessionTest() { ana_ = given_person("ana"); }

  TokenPair refreshed(const TokenPair& pair) { return sim_.run(sign_in_.refresh(std::string(pair.refresh.reveal()))); }
  bool refreshes(const TokenPair& pair) {
    return error_of(sign_in_.refresh(std::string(pair.refresh.reveal()))) == ErrorCode::kInternal;
  }
  // Keeps a session in use for so long.
  void use_for(const Secret& cookie, std::chrono::microseconds duration, std::chrono::microseconds every) {
    for (auto passed = every; passed <= duration; passed += every) {
      sim_.clock.turn(every);
      if (!works(cookie)) return;
    }
  }

  PersonId ana_;
};

TEST_F(SessionTest, TheCookieSaysWhoItIs) {
  const auto session = signed_in("ana");
  const auto principal = sim_.run(authenticator_.by_cookie({}, std::string(session.cookie.reveal())));
  EXPECT_EQ(principal.person, ana_);
  EXPECT_EQ(principal.credential, session.session);
  EXPECT_THAT(principal.subjects, ElementsAre(ana_.uuid()));
  EXPECT_FALSE(principal.admin);
}

TEST_F(SessionTest, ACookieWithAnotherSecretIsRefused) {
  const auto session = signed_in("ana");
  auto text = std::string(session.cookie.reveal());
  text.back() = text.back() == 'A' ? 'E' : 'A';
  EXPECT_FALSE(works(Secret(text)));
  EXPECT_FALSE(works(Tokens::make_cookie(session.session).text));
  EXPECT_FALSE(works(Secret("")));
  EXPECT_FALSE(works(Secret("nonsense")));
  EXPECT_TRUE(works(session.cookie));
}

TEST_F(SessionTest, AWrongSecretDoesNotKeepASessionAlive) {
  const auto session = signed_in("ana");
  for (int i = 0; i < 12; ++i) {
    sim_.clock.turn(limits_.browser_idle / 12);
    EXPECT_FALSE(works(Tokens::make_cookie(session.session).text));
  }
  EXPECT_FALSE(works(session.cookie));
}

TEST_F(SessionTest, WhoSignedInStaysSoWhileTheDiskIsFull) {
  const auto session = signed_in("ana");
  sim_.clock.turn(limits_.touch * 2);
  sim_.disk.set_capacity(0);
  EXPECT_TRUE(works(session.cookie));
}

TEST_F(SessionTest, AnEndedSessionWorksFiveSecondsMoreAtMostAndNotAtAllWhereItWasEnded) {
  const auto session = signed_in("ana");
  ASSERT_TRUE(works(session.cookie));
  sim_.change([&](db::Transaction& tx) { end_session(tx, journal_, operation(), {}, ana_, session.session); });
  sim_.clock.turn(std::chrono::seconds(5));
  EXPECT_FALSE(works(session.cookie));

  const auto here = signed_in("ana");
  ASSERT_TRUE(works(here.cookie));
  sim_.change([&](db::Transaction& tx) { end_session(tx, journal_, operation(), {}, ana_, here.session); });
  authenticator_.forget(here.session);
  EXPECT_FALSE(works(here.cookie));
}

TEST_F(SessionTest, WhatStreamsForLongNoticesTheEndOfItsSession) {
  const auto session = signed_in("ana");
  const auto principal = sim_.run(authenticator_.by_cookie({}, std::string(session.cookie.reveal())));
  EXPECT_TRUE(sim_.run(authenticator_.still_valid({}, principal)));
  sim_.change([&](db::Transaction& tx) { end_sessions(tx, ana_, SessionId()); });
  sim_.clock.turn(std::chrono::seconds(5));
  EXPECT_FALSE(sim_.run(authenticator_.still_valid({}, principal)));
}

TEST_F(SessionTest, ASessionThatNobodyUsesEnds) {
  const auto session = signed_in("ana");
  sim_.clock.turn(limits_.browser_idle - std::chrono::minutes(1));
  EXPECT_TRUE(works(session.cookie));
  sim_.clock.turn(limits_.browser_idle - std::chrono::minutes(1));
  EXPECT_TRUE(works(session.cookie)) << "it was used meanwhile";
  sim_.clock.turn(limits_.browser_idle);
  EXPECT_FALSE(works(session.cookie));
}

TEST_F(SessionTest, ASessionThatIsUsedAllTheTimeEndsToo) {
  const auto session = signed_in("ana");
  use_for(session.cookie, limits_.browser_lifetime - std::chrono::hours(6), std::chrono::hours(6));
  EXPECT_TRUE(works(session.cookie));
  sim_.clock.turn(std::chrono::hours(6));
  EXPECT_FALSE(works(session.cookie));
}

TEST_F(SessionTest, SomebodyEndsOwnSessionsAndNobodyElses) {
  const auto ben = given_person("ben");
  const auto session = signed_in("ana");
  const auto end = [&](const PersonId& who) {
    return sim_.change([&](db::Transaction& tx) { return end_session(tx, journal_, operation(), {}, who, session.session); });
  };
  EXPECT_FALSE(end(ben));
  EXPECT_TRUE(end(ana_));
  EXPECT_FALSE(end(ana_));
  EXPECT_THAT(events_of(ana_), ElementsAre("person.signed_in", "session.ended"));
}

TEST_F(SessionTest, AreListedTheLastUsedFirst) {
  const auto first = signed_in("ana");
  sim_.clock.turn(std::chrono::minutes(10));
  const auto second = signed_in("ana");
  const auto listed = sim_.change([&](db::Transaction& tx) { return list_sessions(tx, ana_); });
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].id, second.session);
  EXPECT_EQ(listed[0].address, "203.0.113.7");
  EXPECT_EQ(listed[0].agent, "a browser");
}

TEST_F(SessionTest, AccessTokensSayWhoItIsForTenMinutes) {
  const auto pair = tokens_for("ana");
  EXPECT_TRUE(access_works(pair.access));
  sim_.clock.turn(std::chrono::minutes(10) - std::chrono::seconds(1));
  EXPECT_TRUE(access_works(pair.access));
  sim_.clock.turn(std::chrono::seconds(1));
  EXPECT_FALSE(access_works(pair.access));
}

TEST_F(SessionTest, AnAccessTokenOfAnEndedSessionIsWorthNothing) {
  const auto pair = tokens_for("ana");
  ASSERT_TRUE(access_works(pair.access));
  sim_.change([&](db::Transaction& tx) { end_sessions(tx, ana_, SessionId()); });
  sim_.clock.turn(std::chrono::seconds(5));
  EXPECT_FALSE(access_works(pair.access));
}

TEST_F(SessionTest, OneKindOfCredentialIsNotAnother) {
  const auto browser = signed_in("ana");
  const auto pair = tokens_for("ana");
  EXPECT_FALSE(works(pair.access));
  EXPECT_FALSE(works(pair.refresh));
  EXPECT_FALSE(access_works(browser.cookie));
  EXPECT_FALSE(access_works(pair.refresh));
  EXPECT_FALSE(access_works(tokens_.access_token({.person = ana_,
                                                  .session = browser.session,
                                                  .issued_at = sim_.clock.now(),
                                                  .expires_at = sim_.clock.now() + std::chrono::minutes(1)})));
}

TEST_F(SessionTest, EachRefreshTokenWorksOnce) {
  auto pair = tokens_for("ana");
  for (int i = 0; i < 5; ++i) {
    sim_.clock.turn(std::chrono::minutes(10));
    const auto next = refreshed(pair);
    EXPECT_NE(next.refresh.reveal(), pair.refresh.reveal());
    EXPECT_TRUE(access_works(next.access));
    pair = next;
  }
}

TEST_F(SessionTest, ARefreshTokenThatIsUsedAgainEndsItsSession) {
  const auto first = tokens_for("ana");
  const auto second = refreshed(first);
  sim_.clock.turn(limits_.refresh_grace + std::chrono::seconds(1));
  EXPECT_FALSE(refreshes(first)) << "a copy was accepted";
  EXPECT_FALSE(refreshes(second)) << "the session goes on although somebody has a copy";
  EXPECT_FALSE(access_works(second.access));
  EXPECT_THAT(events_of(ana_), Contains("session.token_reused"));
}

TEST_F(SessionTest, AClientWhoseAnswerGotLostGetsTheSameAgain) {
  const auto first = tokens_for("ana");
  const auto second = refreshed(first);
  sim_.clock.turn(std::chrono::seconds(5));
  EXPECT_EQ(refreshed(first).refresh.reveal(), second.refresh.reveal());
  EXPECT_TRUE(refreshes(second));
}

TEST_F(SessionTest, ThePredecessorIsNoGoodOnceTheSuccessorWasUsed) {
  const auto first = tokens_for("ana");
  const auto second = refreshed(first);
  const auto third = refreshed(second);
  EXPECT_FALSE(refreshes(first)) << "within the grace, but two generations old";
  EXPECT_FALSE(refreshes(third));
}

TEST_F(SessionTest, ARefreshTokenOfADisabledPersonIsWorthNothing) {
  given_person("admin", true);
  const auto pair = tokens_for("ana");
  sim_.change([&](db::Transaction& tx) {
    change_person(tx, journal_, operation(), {}, ana_, {.display_name = {}, .admin = {}, .disabled = true});
  });
  EXPECT_FALSE(refreshes(pair));
}

TEST_F(SessionTest, ARefreshTokenThatNobodyUsedForLongIsWorthNothing) {
  const auto pair = tokens_for("ana");
  sim_.clock.turn(limits_.tokens_idle);
  EXPECT_FALSE(refreshes(pair));
}

TEST_F(SessionTest, SessionsThatNobodyCanUseAnyMoreAreForgotten) {
  signed_in("ana");
  tokens_for("ana");
  const auto forgotten = [&] { return sim_.change([&](db::Transaction& tx) { return forget_sessions(tx, limits_, 10); }); };
  EXPECT_EQ(forgotten(), 0);
  sim_.clock.turn(limits_.browser_idle);
  EXPECT_EQ(forgotten(), 1);
  sim_.clock.turn(limits_.tokens_idle);
  EXPECT_EQ(forgotten(), 1);
}

}  // namespace
}  // namespace cairn::account
