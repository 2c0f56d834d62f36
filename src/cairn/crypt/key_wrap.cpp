#include "cairn/crypt/key_wrap.h"

#include <algorithm>
#include <vector>

#include <openssl/crypto.h>

#include "cairn/base/mutant.h"
#include "cairn/base/random.h"
#include "cairn/crypt/aes_gcm.h"

namespace cairn::crypt {
namespace {

std::vector<std::byte> additional_data(const WrapPlace& place) {
  if (mutant("wrap_no_aad")) return {};
  const auto head = label("cfwrap1");
  std::vector<std::byte> data(head.begin(), head.end());
  data.insert(data.end(), place.scope.begin(), place.scope.end());
  data.insert(data.end(), place.subject.begin(), place.subject.end());
  for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::byte>(place.version >> shift));
  return data;
}

}  // namespace

WrappedKey wrap(const Key& wrapping, const WrapPlace& place, const Key& key) {
  AesGcm::Nonce nonce;
  fill_random(nonce);
  WrappedKey wrapped;
  std::ranges::copy(nonce, wrapped.begin());
  AesGcm(wrapping, AesGcm::Use::kSeal)
      .seal(nonce, additional_data(place), key.reveal(), std::span(wrapped).subspan(nonce.size()));
  return wrapped;
}

Result<Key> unwrap(const Key& wrapping, const WrapPlace& place, const WrappedKey& wrapped) {
  AesGcm::Nonce nonce;
  std::copy_n(wrapped.begin(), nonce.size(), nonce.begin());
  std::array<std::byte, Key::kBytes> plain;
  const bool right =
      AesGcm(wrapping, AesGcm::Use::kOpen).open(nonce, additional_data(place), Bytes(wrapped).subspan(nonce.size()), plain);
  if (!right) return failure(ErrorCode::kCorrupt, "A key was not wrapped for this place by this key.");
  Key key(plain);
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

}  // namespace cairn::crypt
