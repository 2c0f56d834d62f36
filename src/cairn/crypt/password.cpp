#include "cairn/crypt/password.h"

#include <array>

#include <argon2.h>
#include <crypt.h>
#include <fmt/format.h>

#include "cairn/base/random.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::crypt {
namespace {

constexpr std::string_view kOurs = "$cairn";
constexpr std::string_view kArgon2 = "$argon2id$";
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

[[noreturn]] void fail(std::string_view what) {
  throw Failure({ErrorCode::kInternal, fmt::format("A password could not be hashed: {}.", what)});
}

bool is_bcrypt(std::string_view stored) {
  return stored.size() == 60 && (stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$"));
}

std::array<std::byte, kSaltBytes> fresh_salt() {
  std::array<std::byte, kSaltBytes> salt;
  fill_random(salt);
  return salt;
}

std::string argon2id(const Secret& password, const PasswordHasher::Cost& cost) {
  const auto salt = fresh_salt();
  std::string encoded(argon2_encodedlen(cost.argon2_passes, cost.argon2_kibibytes, kLanes, kSaltBytes, kHashBytes, Argon2_id),
                      '\0');
  const auto text = password.reveal();
  const int code = argon2id_hash_encoded(cost.argon2_passes, cost.argon2_kibibytes, kLanes, text.data(), text.size(), salt.data(),
                                         salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) fail(argon2_error_message(code));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

// crypt_rn of libxcrypt: the salt's text, or a whole stored hash, says which scheme and cost.
std::string bcrypt(const Secret& password, const std::string& setting) {
  crypt_data data{};
  const std::string text(password.reveal());
  const char* hashed = crypt_rn(text.c_str(), setting.c_str(), &data, sizeof data);
  return hashed == nullptr ? std::string() : std::string(hashed);
}

std::string fresh_bcrypt_setting(std::uint32_t rounds) {
  const auto salt = fresh_salt();
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (crypt_gensalt_rn("$2b$", rounds, reinterpret_cast<const char*>(salt.data()), salt.size(), setting.data(),
                       static_cast<int>(setting.size())) == nullptr)
    fail("bcrypt refused its cost");
  return setting.data();
}

bool fits(const Secret& password, const std::string& stored) {
  const auto text = password.reveal();
  if (stored.starts_with(kArgon2)) return argon2id_verify(stored.c_str(), text.data(), text.size()) == ARGON2_OK;
  if (!is_bcrypt(stored) || text.find('\0') != std::string_view::npos) return false;
  return equal_in_constant_time(label(bcrypt(password, stored)), label(stored));
}

}  // namespace

Secret PasswordHasher::peppered(const Secret& password) const {
  return Secret(base64url(hmac_sha256(pepper_.reveal(), label(password.reveal()))));
}

std::string PasswordHasher::hash(const Secret& password) const {
  const auto input = peppered(password);
  if (cost_.scheme == Scheme::kArgon2id) return std::string(kOurs) + argon2id(input, cost_);
  auto hashed = bcrypt(input, fresh_bcrypt_setting(cost_.bcrypt_rounds));
  if (!is_bcrypt(hashed)) fail("bcrypt gave nothing");
  return std::string(kOurs) + hashed;
}

bool PasswordHasher::verify(const Secret& password, const std::string& stored) const {
  if (stored.starts_with(kOurs)) return fits(peppered(password), stored.substr(kOurs.size()));
  return fits(password, stored);
}

bool PasswordHasher::is_outdated(std::string_view stored) const {
  const auto today = cost_.scheme == Scheme::kArgon2id
                         ? fmt::format("{}{}v={}$m={},t={},p={}$", kOurs, kArgon2, static_cast<int>(ARGON2_VERSION_NUMBER),
                                       cost_.argon2_kibibytes, cost_.argon2_passes, kLanes)
                         : fmt::format("{}$2b${:02}$", kOurs, cost_.bcrypt_rounds);
  return !stored.starts_with(today);
}

bool PasswordHasher::is_known(std::string_view stored) {
  if (stored.starts_with(kOurs)) stored.remove_prefix(kOurs.size());
  return stored.starts_with(kArgon2) || is_bcrypt(stored);
}

}  // namespace cairn::crypt
