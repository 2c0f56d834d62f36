#include "cairn/account/tokens.h"

#include "cairn/base/text.h"

namespace cairn::account {
namespace {

constexpr Instant kNow{std::chrono::hours(24 * 365 * 50)};

std::string encoded(std::string_view text) { return base64url(std::as_bytes(std::span(text))); }

class TokensTest : public ::testing::Test {
 protected:
  static Tokens tokens(const crypt::Key& key, std::string issuer = "cairn:one") {
    return {{.signing = key.clone(), .refresh = key.clone(), .csrf = key.clone(), .device = key.clone()}, std::move(issuer)};
  }
  [[nodiscard]] std::string token_of(const std::string& header, const std::string& body) const {
    const auto text = encoded(header) + "." + encoded(body);
    return text + "." + base64url(crypt::SigningKey(key_).sign(crypt::label(text)));
  }
  [[nodiscard]] std::string body(std::string_view issuer, std::string_view audience) const {
    return R"({"iss":")" + std::string(issuer) + R"(","aud":")" + std::string(audience) + R"(","sub":")" + claims_.person.text() +
           R"(","sid":")" + claims_.session.text() + R"(","iat":1,"exp":9000000000})";
  }
  [[nodiscard]] bool accepted(const std::string& token) const { return tokens_.read_access(token, kNow).has_value(); }

  const crypt::Key key_ = crypt::Key::make();
  const Tokens tokens_ = tokens(key_);
  const AccessClaims claims_{.person = PersonId::make(kNow),
                             .session = SessionId::make(kNow),
                             .issued_at = kNow,
                             .expires_at = kNow + std::chrono::minutes(10)};
  const std::string good_header_ = R"({"alg":"EdDSA","typ":"at+jwt"})";
};

TEST_F(TokensTest, WhatWasSignedIsRead) {
  const auto read = tokens_.read_access(tokens_.access_token(claims_).reveal(), kNow);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->person, claims_.person);
  EXPECT_EQ(read->session, claims_.session);
  EXPECT_EQ(read->expires_at, claims_.expires_at);
  EXPECT_TRUE(accepted(token_of(good_header_, body("cairn:one", "cairn:one")))) << "the forgeries below differ in one thing each";
}

TEST_F(TokensTest, ItEndsInTime) {
  const auto token = tokens_.access_token(claims_);
  EXPECT_TRUE(tokens_.read_access(token.reveal(), claims_.expires_at - std::chrono::microseconds(1)));
  EXPECT_FALSE(tokens_.read_access(token.reveal(), claims_.expires_at));
}

TEST_F(TokensTest, NoOtherAlgorithmAndNoOtherKindIsAccepted) {
  const auto good = body("cairn:one", "cairn:one");
  for (const auto* header : {R"({"alg":"none","typ":"at+jwt"})", R"({"alg":"HS256","typ":"at+jwt"})",
                             R"({"alg":"EdDSA","typ":"JWT"})", R"({"alg":"EdDSA"})", R"({"typ":"at+jwt","alg":"EdDSA"})",
                             R"({"alg":"EdDSA","typ":"at+jwt","jku":"https://attacker.example"})", ""})
    EXPECT_FALSE(accepted(token_of(header, good))) << header;
}

TEST_F(TokensTest, TokensOfOthersAreWorthNothing) {
  EXPECT_FALSE(accepted(token_of(good_header_, body("cairn:two", "cairn:one"))));
  EXPECT_FALSE(accepted(token_of(good_header_, body("cairn:one", "cairn:two"))));
  EXPECT_FALSE(accepted(std::string(tokens(crypt::Key::make()).access_token(claims_).reveal())));
  EXPECT_FALSE(accepted(std::string(tokens(key_, "cairn:two").access_token(claims_).reveal())));
}

TEST_F(TokensTest, AMissingOrStrangeClaimIsNoClaim) {
  for (const auto* wrong : {"{}", "[]", "null", "", "{", R"({"iss":"cairn:one","aud":"cairn:one"})"})
    EXPECT_FALSE(accepted(token_of(good_header_, wrong))) << wrong;
  auto without_end = body("cairn:one", "cairn:one");
  without_end.replace(without_end.find("\"exp\""), 5, "\"xxx\"");
  EXPECT_FALSE(accepted(token_of(good_header_, without_end)));
  auto other_type = body("cairn:one", "cairn:one");
  other_type.replace(other_type.find("9000000000"), 10, "\"90000000\"");
  EXPECT_FALSE(accepted(token_of(good_header_, other_type)));
}

TEST_F(TokensTest, EachChangedLetterIsNoticed) {
  const auto token = std::string(tokens_.access_token(claims_).reveal());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(accepted(changed)) << i;
  }
  for (const auto& cut : {token.substr(0, token.size() - 1), token + "A", token.substr(0, token.rfind('.')),
                          token.substr(0, token.rfind('.') + 1), std::string("..")})
    EXPECT_FALSE(accepted(cut));
}

TEST_F(TokensTest, RefreshTokensAreMadeHereOnly) {
  const auto token = std::string(tokens_.refresh_token(claims_.session, 7).reveal());
  const auto read = tokens_.read_refresh(token);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->session, claims_.session);
  EXPECT_EQ(read->no, 7);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens_.read_refresh(changed)) << i;
  }
  EXPECT_FALSE(tokens(crypt::Key::make()).read_refresh(token));
  EXPECT_FALSE(tokens_.read_refresh(""));
}

TEST_F(TokensTest, TheCsrfTokenBelongsToItsSession) {
  EXPECT_EQ(tokens_.csrf_token(claims_.session), tokens_.csrf_token(claims_.session));
  EXPECT_NE(tokens_.csrf_token(claims_.session), tokens_.csrf_token(SessionId::make(kNow)));
  EXPECT_NE(tokens_.csrf_token(claims_.session), tokens(crypt::Key::make()).csrf_token(claims_.session));
}

TEST_F(TokensTest, ADeviceIsKnownByWhatWasGivenToIt) {
  const auto token = std::string(tokens_.make_device(claims_.person).reveal());
  const auto read = tokens_.read_device(token);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->person, claims_.person);
  EXPECT_NE(read->device, tokens_.read_device(tokens_.make_device(claims_.person).reveal())->device);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens_.read_device(changed)) << i;
  }
  EXPECT_FALSE(tokens(crypt::Key::make()).read_device(token));
}

}  // namespace
}  // namespace cairn::account
