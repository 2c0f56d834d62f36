#include "cairn/crypt/hash.h"

#include <array>
#include <string>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "cairn/base/error.h"

namespace cairn::crypt {
namespace {

const unsigned char* raw(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

void require(bool done) {
  if (!done) throw Failure({ErrorCode::kInternal, "OpenSSL could not hash."});
}

// Looked up once, as all below: OpenSSL 3 searches its providers at each use of EVP_sha256() and HMAC().
const EVP_MD* method_of(const char* name) {
  const EVP_MD* found = EVP_MD_fetch(nullptr, name, nullptr);
  require(found != nullptr);
  return found;
}

const EVP_MD* sha256_method() {
  static const EVP_MD* const kMethod = method_of("SHA256");
  return kMethod;
}

const EVP_MD* sha1_method() {
  static const EVP_MD* const kMethod = method_of("SHA1");
  return kMethod;
}

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// HMAC-SHA-256 that lacks only its key, to be copied.
const EVP_MAC_CTX* hmac_pattern() {
  static const MacContext kPattern = [] {
    EVP_MAC* method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    require(method != nullptr);
    MacContext context(EVP_MAC_CTX_new(method));
    EVP_MAC_free(method);  // the context holds it
    std::string digest = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                OSSL_PARAM_construct_end()};
    require(context != nullptr && EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
    return context;
  }();
  return kPattern.get();
}

}  // namespace

Sha256 sha256(Bytes data) {
  Sha256 digest;
  unsigned length = 0;
  require(EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, sha256_method(),
                     nullptr) == 1);
  return digest;
}

struct HashState {
  explicit HashState(const EVP_MD* method) { require(EVP_DigestInit_ex(context.get(), method, nullptr) == 1); }

  void update(Bytes data) { require(EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1); }

  template <class Digest>
  [[nodiscard]] Digest digest() const {
    const Owned copy(EVP_MD_CTX_new());
    require(copy != nullptr && EVP_MD_CTX_copy_ex(copy.get(), context.get()) == 1);
    Digest digest;
    require(EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
    return digest;
  }

  struct Free {
    void operator()(EVP_MD_CTX* freed) const noexcept { EVP_MD_CTX_free(freed); }
  };
  using Owned = std::unique_ptr<EVP_MD_CTX, Free>;
  Owned context{EVP_MD_CTX_new()};
};

Sha1Stream::Sha1Stream() : state_(std::make_unique<HashState>(sha1_method())) {}
Sha1Stream::~Sha1Stream() = default;
Sha1Stream::Sha1Stream(Sha1Stream&&) noexcept = default;
Sha1Stream& Sha1Stream::operator=(Sha1Stream&&) noexcept = default;
void Sha1Stream::update(Bytes data) { state_->update(data); }
Sha1 Sha1Stream::digest() const { return state_->digest<Sha1>(); }

Sha256Stream::Sha256Stream() : state_(std::make_unique<HashState>(sha256_method())) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
void Sha256Stream::update(Bytes data) { state_->update(data); }
Sha256 Sha256Stream::digest() const { return state_->digest<Sha256>(); }

Sha256 hmac_sha256(Bytes key, Bytes data) {
  const MacContext context(EVP_MAC_CTX_dup(hmac_pattern()));
  Sha256 digest;
  std::size_t length = 0;
  constexpr unsigned char kEmpty = 0;  // no pointer at all would mean the key of before
  require(context && EVP_MAC_init(context.get(), key.empty() ? &kEmpty : raw(key), key.size(), nullptr) == 1);
  require(EVP_MAC_update(context.get(), raw(data), data.size()) == 1);
  require(EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &length, digest.size()) == 1);
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
