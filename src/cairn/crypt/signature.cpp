#include "cairn/crypt/signature.h"

#include <openssl/evp.h>

#include "cairn/base/error.h"

namespace cairn::crypt {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* raw(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw_out(std::span<std::byte> bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

void require(bool done) {
  if (!done) throw Failure({ErrorCode::kInternal, "OpenSSL could not use an Ed25519 key."});
}

}  // namespace

struct SigningKey::Pair {
  explicit Pair(EVP_PKEY* made) : key(made) {}
  ~Pair() { EVP_PKEY_free(key); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  EVP_PKEY* key;
};

SigningKey::SigningKey(const Key& seed)
    : pair_(std::make_unique<Pair>(
          EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.reveal()), seed.reveal().size()))) {
  require(pair_->key != nullptr);
}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Signature SigningKey::sign(Bytes message) const {
  const Context context(EVP_MD_CTX_new());
  Signature signature;
  std::size_t length = signature.size();
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_->key) == 1);
  require(EVP_DigestSign(context.get(), raw_out(signature), &length, raw(message), message.size()) == 1);
  return signature;
}

bool SigningKey::verify(Bytes message, Bytes signature) const {
  const Context context(EVP_MD_CTX_new());
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pair_->key) == 1);
  return EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

std::array<std::byte, 32> SigningKey::public_key() const {
  std::array<std::byte, 32> bytes;
  std::size_t length = bytes.size();
  require(EVP_PKEY_get_raw_public_key(pair_->key, raw_out(bytes), &length) == 1);
  return bytes;
}

}  // namespace cairn::crypt
