#include "cairn/crypt/hash.h"

#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "cairn/base/error.h"

namespace cairn::crypt {
namespace {

const unsigned char* raw(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

void require(bool done) {
  if (!done) throw Failure({ErrorCode::kInternal, "OpenSSL could not hash."});
}

}  // namespace

Sha256 sha256(Bytes data) {
  Sha256 digest;
  unsigned length = 0;
  require(EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_sha256(), nullptr) ==
          1);
  return digest;
}

struct Sha256Stream::State {
  std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* context) { EVP_MD_CTX_free(context); })> context{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(Bytes data) { require(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1); }

Sha256 Sha256Stream::digest() const {
  const Sha256Stream copy;
  require(EVP_MD_CTX_copy_ex(copy.state_->context.get(), state_->context.get()) == 1);
  Sha256 digest;
  require(EVP_DigestFinal_ex(copy.state_->context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return digest;
}

Sha256 hmac_sha256(Bytes key, Bytes data) {
  Sha256 digest;
  unsigned length = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(data), data.size(),
               reinterpret_cast<unsigned char*>(digest.data()), &length) != nullptr);
  return digest;
}

Key hkdf_extract(Bytes salt, const Key& input) {
  auto prk = hmac_sha256(salt, input.reveal());
  Key key(prk);
  OPENSSL_cleanse(prk.data(), prk.size());
  return key;
}

Key hkdf_expand(const Key& key, Bytes info) {
  // One block is all that 32 bytes need: T(1) = HMAC(PRK, info || 0x01).
  std::vector<std::byte> message(info.begin(), info.end());
  message.push_back(std::byte{1});
  auto block = hmac_sha256(key.reveal(), message);
  Key derived(block);
  OPENSSL_cleanse(block.data(), block.size());
  return derived;
}

bool equal_in_constant_time(Bytes a, Bytes b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace cairn::crypt
