#include "cairn/crypt/signature.h"

#include "cairn/base/text.h"

namespace cairn::crypt {
namespace {

Key key_of(std::string_view digits) {
  const auto bytes = from_hex(digits);
  return Key(std::span(*bytes).first<Key::kBytes>());
}

// RFC 8032 §7.1, test 3.
TEST(Signature, IsThatOfTheRfc) {
  const SigningKey key(key_of("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
  const auto message = *from_hex("af82");
  EXPECT_EQ(hex(key.public_key()), "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  EXPECT_EQ(hex(key.sign(message)),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

TEST(Signature, FitsItsMessageAndItsKeyOnly) {
  const SigningKey key(Key::make());
  auto signature = key.sign(label("message"));
  EXPECT_TRUE(key.verify(label("message"), signature));
  EXPECT_FALSE(key.verify(label("massage"), signature));
  EXPECT_FALSE(SigningKey(Key::make()).verify(label("message"), signature));
  EXPECT_FALSE(key.verify(label("message"), {}));
  EXPECT_FALSE(key.verify(label("message"), Signature{}));
  signature[10] ^= std::byte{1};
  EXPECT_FALSE(key.verify(label("message"), signature));
}

}  // namespace
}  // namespace cairn::crypt
