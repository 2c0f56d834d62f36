#include "cairn/crypt/aes_gcm.h"

#include <algorithm>
#include <cassert>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "cairn/base/error.h"
#include "cairn/crypt/nonce_log.h"

namespace cairn::crypt {
namespace {

void require(int result) {
  if (result != 1) throw Failure({ErrorCode::kInternal, "OpenSSL could not encrypt."});
}

const unsigned char* raw(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw(std::span<std::byte> bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

void AesGcm::Free::operator()(evp_cipher_ctx_st* context) const noexcept { EVP_CIPHER_CTX_free(context); }

AesGcm::AesGcm(const Key& key, Use use) : context_(EVP_CIPHER_CTX_new()) {
  // Looked up once: OpenSSL 3 searches its providers at each use of EVP_aes_256_gcm().
  static const EVP_CIPHER* const kCipher = [] {
    const EVP_CIPHER* found = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    require(found != nullptr ? 1 : 0);
    return found;
  }();
  require(context_ ? 1 : 0);
  require(EVP_CipherInit_ex2(context_.get(), kCipher, raw(key.reveal()), nullptr, use == Use::kSeal ? 1 : 0, nullptr));
#ifdef CAIRN_MUTANTS
  key_ = sha256(key.reveal());
#endif
}

AesGcm::~AesGcm() = default;
AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;

void AesGcm::seal(const Nonce& nonce, Bytes additional, Bytes plain, std::span<std::byte> out) {
  assert(out.size() == plain.size() + kTagBytes);
  EVP_CIPHER_CTX* context = context_.get();
  assert(EVP_CIPHER_CTX_is_encrypting(context) == 1);
#ifdef CAIRN_MUTANTS
  note_nonce(key_, nonce);
#endif
  int length = 0;
  require(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, raw(Bytes(nonce))));
  if (!additional.empty())
    require(EVP_EncryptUpdate(context, nullptr, &length, raw(additional), static_cast<int>(additional.size())));
  if (!plain.empty()) require(EVP_EncryptUpdate(context, raw(out), &length, raw(plain), static_cast<int>(plain.size())));
  const auto tag = out.last(kTagBytes);
  require(EVP_EncryptFinal_ex(context, raw(tag), &length));
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()));
}

bool AesGcm::open(const Nonce& nonce, Bytes additional, Bytes sealed, std::span<std::byte> out) {
  if (sealed.size() < kTagBytes) return false;
  assert(out.size() == sealed.size() - kTagBytes);
  std::array<std::byte, kTagBytes> tag;
  std::ranges::copy(sealed.last(kTagBytes), tag.begin());
  const auto cipher = sealed.first(out.size());
  EVP_CIPHER_CTX* context = context_.get();
  assert(EVP_CIPHER_CTX_is_encrypting(context) == 0);
  int length = 0;
  require(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, raw(Bytes(nonce))));
  if (!additional.empty())
    require(EVP_DecryptUpdate(context, nullptr, &length, raw(additional), static_cast<int>(additional.size())));
  if (!cipher.empty()) require(EVP_DecryptUpdate(context, raw(out), &length, raw(cipher), static_cast<int>(cipher.size())));
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()));
  std::array<std::byte, kTagBytes> rest;  // GCM gives nothing more at its end
  if (EVP_DecryptFinal_ex(context, raw(std::span<std::byte>(rest)), &length) == 1) return true;
  OPENSSL_cleanse(out.data(), out.size());
  return false;
}

}  // namespace cairn::crypt
