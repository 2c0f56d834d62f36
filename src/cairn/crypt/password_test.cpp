#include "cairn/crypt/password.h"

#include <string>

namespace cairn::crypt {
namespace {

using Scheme = PasswordHasher::Scheme;

// As cheap as the schemes allow: what is tested is not the slowness.
constexpr PasswordHasher::Cost kCheap{.argon2_kibibytes = 8, .argon2_passes = 1, .bcrypt_rounds = 4};
constexpr PasswordHasher::Cost kCheapBcrypt{
    .scheme = Scheme::kBcrypt, .argon2_kibibytes = 8, .argon2_passes = 1, .bcrypt_rounds = 4};

class PasswordTest : public ::testing::TestWithParam<PasswordHasher::Cost> {
 protected:
  PasswordHasher hasher_{Key::make(), GetParam()};
};

TEST_P(PasswordTest, ThePasswordFitsAndNoOther) {
  const auto stored = hasher_.hash(Secret("correct horse battery"));
  EXPECT_TRUE(hasher_.verify(Secret("correct horse battery"), stored));
  for (const auto* other : {"", "correct horse batter", "correct horse batteryy", "Correct horse battery"})
    EXPECT_FALSE(hasher_.verify(Secret(other), stored)) << other;
}

TEST_P(PasswordTest, EachByteCountsBeyondBcryptsLimitAndAfterANul) {
  const std::string long_one(100, 'a');
  const auto stored = hasher_.hash(Secret(long_one));
  EXPECT_FALSE(hasher_.verify(Secret(std::string(72, 'a')), stored));
  using namespace std::string_literals;
  EXPECT_FALSE(hasher_.verify(Secret("abc\0def"s), hasher_.hash(Secret("abc\0xyz"s))));
}

TEST_P(PasswordTest, TheSamePasswordIsNeverStoredTheSame) {
  EXPECT_NE(hasher_.hash(Secret("correct horse")), hasher_.hash(Secret("correct horse")));
}

TEST_P(PasswordTest, WithoutTheMasterKeyItFitsNothing) {
  const PasswordHasher thief(Key::make(), GetParam());
  EXPECT_FALSE(thief.verify(Secret("correct horse"), hasher_.hash(Secret("correct horse"))));
}

INSTANTIATE_TEST_SUITE_P(Schemes, PasswordTest, ::testing::Values(kCheap, kCheapBcrypt));

// Made by others: bcrypt's from the test vectors of its reference implementation, argon2id's from those of the RFC's authors.
TEST(Password, HashesFromElsewhereAreAcceptedAndMadeAnew) {
  const PasswordHasher hasher(Key::make(), kCheap);
  for (const auto* bcrypt : {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                             "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"}) {
    EXPECT_TRUE(hasher.verify(Secret("U*U"), bcrypt)) << bcrypt;
    EXPECT_FALSE(hasher.verify(Secret("U*V"), bcrypt)) << bcrypt;
    EXPECT_TRUE(hasher.is_outdated(bcrypt));
  }
  const std::string argon2 = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  EXPECT_TRUE(hasher.verify(Secret("password"), argon2));
  EXPECT_FALSE(hasher.verify(Secret("passwore"), argon2));
  EXPECT_TRUE(hasher.is_outdated(argon2));
}

TEST(Password, AHashOfOtherSettingsIsMadeAnew) {
  const auto key = Key::make();
  const PasswordHasher hasher(key.clone(), kCheap);
  auto dearer = kCheap;
  dearer.argon2_passes = 2;
  const auto stored = hasher.hash(Secret("correct horse"));
  EXPECT_FALSE(hasher.is_outdated(stored));
  EXPECT_TRUE(PasswordHasher(key.clone(), dearer).is_outdated(stored));
  EXPECT_TRUE(PasswordHasher(key.clone(), kCheapBcrypt).is_outdated(stored));
}

TEST(Password, WhatNoSchemeKnowsFitsNothing) {
  const PasswordHasher hasher(Key::make(), kCheap);
  for (const auto* stored : {"", "*", "!", "x", "$1$abc$def", "$cairn$", "$2b$", "$argon2id$"})
    EXPECT_FALSE(hasher.verify(Secret(""), stored)) << stored;
}

}  // namespace
}  // namespace cairn::crypt
