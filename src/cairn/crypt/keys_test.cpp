// Wrapping, the master key with its recovery code, and the store of scope keys.
#include <algorithm>
#include <set>

#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"
#include "cairn/crypt/key_store.h"
#include "cairn/crypt/key_wrap.h"
#include "cairn/crypt/master_key.h"
#include "cairn/runtime/testing/sim_files.h"

namespace cairn::crypt {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string shown(const Key& key) { return hex(key.reveal()); }

// Test case 1 of RFC 5869, appendix A.
TEST(Hash, DerivesKeysAsTheRfcSays) {
  std::array<std::byte, 32> input{};
  std::fill_n(input.begin(), 22, std::byte{0x0b});
  const auto salt = *from_hex("000102030405060708090a0b0c");
  const auto prk = hmac_sha256(salt, Bytes(input).first(22));
  EXPECT_EQ(hex(prk), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(shown(hkdf_expand(Key(prk), *from_hex("f0f1f2f3f4f5f6f7f8f9"))),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST(Hash, AnEmptyKeyIsAKey) {
  EXPECT_EQ(hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

class WrapTest : public ::testing::Test {
 protected:
  Key wrapping_ = Key::make();
  Key key_ = Key::make();
  WrapPlace place_{.scope = make_uuid(Instant{}), .subject = make_uuid(Instant{}), .version = 1};
};

TEST_F(WrapTest, AKeyComesBackInItsOwnPlace) {
  EXPECT_EQ(shown(*unwrap(wrapping_, place_, wrap(wrapping_, place_, key_))), shown(key_));
}

TEST_F(WrapTest, NowhereElseDoesItOpen) {
  const auto wrapped = wrap(wrapping_, place_, key_);
  auto other_scope = place_;
  other_scope.scope = make_uuid(Instant{});
  auto other_subject = place_;
  other_subject.subject = make_uuid(Instant{});
  auto other_version = place_;
  other_version.version = 2;
  for (const auto& place : {other_scope, other_subject, other_version})
    EXPECT_FALSE(unwrap(wrapping_, place, wrapped).has_value());
  EXPECT_FALSE(unwrap(Key::make(), place_, wrapped).has_value());
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    auto changed = wrapped;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(unwrap(wrapping_, place_, changed).has_value()) << "byte " << i;
  }
}

TEST_F(WrapTest, TheSameKeyNeverLooksTheSame) { EXPECT_NE(wrap(wrapping_, place_, key_), wrap(wrapping_, place_, key_)); }

class MasterKeyTest : public ::testing::Test {
 protected:
  Error load_error() {
    const auto loaded = MasterKey::load(disk_, "/master");
    EXPECT_FALSE(loaded.has_value());
    return loaded ? Error{} : loaded.error();
  }

  SimFiles disk_{1};
  MasterKey master_ = MasterKey::make();
};

TEST_F(MasterKeyTest, ComesBackFromItsFileAndIsNeverReplaced) {
  ASSERT_TRUE(master_.save(disk_, "/master").has_value());
  const auto loaded = MasterKey::load(disk_, "/master");
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(shown(loaded->key()), shown(master_.key()));
  EXPECT_EQ(loaded->id(), master_.id());
  EXPECT_EQ(MasterKey::make().save(disk_, "/master").error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(MasterKey::load(disk_, "/master")->id(), master_.id());
}

TEST_F(MasterKeyTest, AMissingOrDamagedFileSaysWhatToDo) {
  EXPECT_EQ(load_error().code, ErrorCode::kNotFound);
  EXPECT_THAT(load_error().message, AllOf(HasSubstr("/master is missing"), HasSubstr("recovery code")));
  ASSERT_TRUE(master_.save(disk_, "/master").has_value());
  const auto text = *read_text(disk_, "/master", 1000);
  for (std::size_t i = 0; i < text.size() - 1; ++i) {
    auto changed = text;
    changed[i] = changed[i] == '0' ? '1' : '0';
    ASSERT_TRUE(replace_text(disk_, "/master", changed).has_value());
    EXPECT_EQ(load_error().code, ErrorCode::kCorrupt) << "letter " << i;
  }
  EXPECT_THAT(load_error().message, ::testing::Not(HasSubstr(text.substr(50, 40)))) << "the key itself is told to nobody";
}

TEST_F(MasterKeyTest, TheRecoveryCodeGivesItBackHoweverItWasWrittenDown) {
  for (int i = 0; i < 50; ++i) {
    const auto master = MasterKey::make();
    const std::string code(master.recovery_code().reveal());
    EXPECT_EQ(code.size(), 14u * 5 - 1);
    EXPECT_EQ(MasterKey::from_recovery_code(code)->id(), master.id());
    auto sloppy = code;
    std::ranges::replace(sloppy, '-', ' ');
    std::ranges::replace(sloppy, '0', 'O');
    std::ranges::replace(sloppy, '1', 'l');
    EXPECT_EQ(MasterKey::from_recovery_code("  " + sloppy + "\n")->id(), master.id());
  }
}

TEST_F(MasterKeyTest, ARecoveryCodeWithOneWrongLetterIsRefused) {
  const std::string code(master_.recovery_code().reveal());
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '-') continue;
    auto changed = code;
    changed[i] = code[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(MasterKey::from_recovery_code(changed).has_value()) << "letter " << i;
  }
  for (const auto& wrong : {std::string(), code.substr(1), code + "a", std::string(56, 'u')})
    EXPECT_FALSE(MasterKey::from_recovery_code(wrong).has_value());
}

TEST_F(MasterKeyTest, IsMadeAtTheVeryFirstStartOnlyAndMustBeTheSameEverAfter) {
  ASSERT_TRUE(disk_.make_directory("/keys").has_value());
  const auto first = MasterKey::open(disk_, "/master", "/keys");
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->made);
  const auto second = MasterKey::open(disk_, "/master", "/keys");
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(second->made);
  EXPECT_EQ(second->key.id(), first->key.id());

  ASSERT_TRUE(disk_.remove("/master").has_value());
  EXPECT_THAT(MasterKey::open(disk_, "/master", "/keys").error().message, HasSubstr("is missing"));
  ASSERT_TRUE(MasterKey::make().save(disk_, "/master").has_value());
  EXPECT_THAT(MasterKey::open(disk_, "/master", "/keys").error().message,
              HasSubstr("not the one that this data was sealed with"));
  ASSERT_TRUE(disk_.remove("/master").has_value());
  ASSERT_TRUE(MasterKey::from_recovery_code(first->key.recovery_code().reveal())->save(disk_, "/master").has_value());
  EXPECT_TRUE(MasterKey::open(disk_, "/master", "/keys").has_value());
}

TEST_F(MasterKeyTest, AStartCutShortAnywhereIsMadeGoodByTheNext) {
  for (std::uint64_t call = 1; call < 16; ++call) {
    SimFiles disk(call);
    ASSERT_TRUE(make_directories(disk, "/keys").has_value());
    disk.cut_power_at(call);
    const auto cut = MasterKey::open(disk, "/master", "/keys");
    disk.restart();
    const auto opened = MasterKey::open(disk, "/master", "/keys");
    ASSERT_TRUE(opened.has_value()) << "call " << call << ": " << opened.error().message;
    if (cut) {
      EXPECT_EQ(opened->key.id(), cut->key.id()) << "call " << call;
    }
  }
}

TEST_F(MasterKeyTest, PurposesGiveUnrelatedKeysAlwaysTheSame) {
  EXPECT_EQ(shown(master_.derive("csrf")), shown(master_.derive("csrf")));
  EXPECT_NE(shown(master_.derive("csrf")), shown(master_.derive("token signing")));
  EXPECT_NE(shown(master_.derive("csrf")), shown(MasterKey::make().derive("csrf")));
}

class KeyStoreTest : public ::testing::Test {
 protected:
  KeyStoreTest() {
    EXPECT_TRUE(disk_.make_directory("/keys").has_value());
    EXPECT_TRUE(disk_.sync_directory("/").has_value());
  }

  SimFiles disk_{1};
  MasterKey master_ = MasterKey::make();
  KeyStore keys_{disk_, "/keys", master_};
  Uuid scope_ = make_uuid(Instant{});
};

TEST_F(KeyStoreTest, AScopesKeyIsMadeOnceAndComesBack) {
  const auto key = keys_.create(scope_);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(shown(*keys_.load(scope_)), shown(*key));
  EXPECT_EQ(keys_.create(scope_).error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(*keys_.list(), ElementsAre(scope_));
}

TEST(KeyStorePowerCut, ADestroyedKeyIsGoneForGood) {
  const auto master = MasterKey::make();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SimFiles disk(seed);
    ASSERT_TRUE(make_directories(disk, "/keys").has_value());
    KeyStore keys(disk, "/keys", master);
    const auto scope = make_uuid(Instant{});
    ASSERT_TRUE(keys.create(scope).has_value());
    EXPECT_TRUE(keys.destroy(scope).has_value());
    EXPECT_TRUE(keys.destroy(scope).has_value());
    disk.restart();
    EXPECT_EQ(keys.load(scope).error().code, ErrorCode::kNotFound) << "seed " << seed;
  }
}

TEST(KeyStorePowerCut, WhoIsToldThatAKeyExistsMayBuildOnIt) {
  const auto master = MasterKey::make();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SimFiles disk(seed);
    ASSERT_TRUE(make_directories(disk, "/keys").has_value());
    KeyStore keys(disk, "/keys", master);
    const auto scope = make_uuid(Instant{});
    disk.fail_call(SimFiles::Call::kSyncDirectory, 1);
    ASSERT_FALSE(keys.create(scope).has_value());
    if (keys.create(scope).error().code == ErrorCode::kAlreadyExists) {
      disk.restart();
      EXPECT_TRUE(keys.load(scope).has_value()) << "seed " << seed;
    }
  }
}

TEST_F(KeyStoreTest, AnotherMasterKeyIsToldApartFromDamage) {
  ASSERT_TRUE(keys_.create(scope_).has_value());
  const auto other = MasterKey::make();
  EXPECT_THAT(KeyStore(disk_, "/keys", other).load(scope_).error().message, HasSubstr("belong to another master key"));
  ASSERT_TRUE(replace_text(disk_, "/keys/" + hex(scope_), "CSK1 damaged").has_value());
  EXPECT_THAT(keys_.load(scope_).error().message, HasSubstr("is damaged"));
}

TEST_F(KeyStoreTest, AFileMovedToAnotherScopeDoesNotOpen) {
  ASSERT_TRUE(keys_.create(scope_).has_value());
  const auto other = make_uuid(Instant{});
  ASSERT_TRUE(disk_.rename_new("/keys/" + hex(scope_), "/keys/" + hex(other)).has_value());
  EXPECT_EQ(keys_.load(other).error().code, ErrorCode::kCorrupt);
}

TEST(KeyStorePowerCut, AKeyThatWasGivenOutIsThereAfterwards) {
  const auto master = MasterKey::make();
  int given = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimFiles disk(seed);
    ASSERT_TRUE(disk.make_directory("/keys").has_value());
    ASSERT_TRUE(disk.sync_directory("/").has_value());
    KeyStore keys(disk, "/keys", master);
    const auto scope = make_uuid(Instant{});
    disk.cut_power_at(1 + seed % 8);
    const auto key = keys.create(scope);
    disk.restart();
    const auto loaded = keys.load(scope);
    if (key) {
      ++given;
      ASSERT_TRUE(loaded.has_value()) << "seed " << seed;
      EXPECT_EQ(shown(*loaded), shown(*key));
    } else {
      EXPECT_TRUE(loaded.has_value() || loaded.error().code == ErrorCode::kNotFound) << "seed " << seed << ": never half of one";
    }
  }
  EXPECT_GT(given, 10);
}

}  // namespace
}  // namespace cairn::crypt
