#include "cairn/net/tls.h"

#include <array>
#include <climits>
#include <ctime>
#include <mutex>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "cairn/net/tls_stream.h"

namespace cairn::net {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Free<kFree>>;
using OwnedBio = Owned<BIO, BIO_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedX509 = Owned<X509, X509_free>;

OwnedBio reader_of(std::string_view text) { return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::unexpected<Error> refuse(const char* why) {
  ERR_clear_error();
  return failure(ErrorCode::kInvalidInput, why, "http.certificate");
}

Result<std::shared_ptr<SSL_CTX>> context_of(const Certificate& certificate) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  auto* tls = context.get();
  SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
  // Mozilla's intermediate profile without the DHE suites (https://wiki.mozilla.org/Security/Server_Side_TLS).
  SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(tls, "X25519:P-256:P-384");
  SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF |
                               // A ticket's key would open what was recorded for as long as it lives, which is ours.
                               SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(tls, 0);
  SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(tls, 1);  // a record with its head in one read
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(
      tls,
      [](SSL* /*ssl*/, const unsigned char** out, unsigned char* out_length, const unsigned char* in, unsigned length, void*) {
        constexpr std::string_view kOurs = "\x08http/1.1";
        unsigned char* chosen = nullptr;
        const auto* ours = reinterpret_cast<const unsigned char*>(kOurs.data());
        const int found = SSL_select_next_proto(&chosen, out_length, ours, static_cast<unsigned>(kOurs.size()), in, length);
        *out = chosen;
        return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
      },
      nullptr);

  const auto chain = reader_of(certificate.chain);
  const OwnedX509 leaf(PEM_read_bio_X509_AUX(chain.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(tls, leaf.get()) != 1) return refuse("The certificate cannot be read: PEM is expected.");
  while (OwnedX509 above{PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(tls, above.get()) != 1) return refuse("A certificate of the chain is not good enough.");
    [[maybe_unused]] const auto* taken = above.release();  // by the context
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return refuse("A certificate of the chain cannot be read.");
  ERR_clear_error();
  const auto key_text = reader_of(certificate.key.reveal());
  const OwnedKey key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
  if (!key) return refuse("The certificate's key cannot be read: PEM without a passphrase is expected.");
  if (SSL_CTX_use_PrivateKey(tls, key.get()) != 1 || SSL_CTX_check_private_key(tls) != 1)
    return refuse("The key is not that of the certificate.");
  ERR_clear_error();
  return context;
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return Instant(std::chrono::seconds(::timegm(&parts)));
}

std::time_t seconds_of(Instant when) { return std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count(); }

// `DNS:a,IP:::1`
std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const auto& host : hosts) {
    std::array<std::byte, sizeof(in6_addr)> binary{};
    const bool is_ip = ::inet_pton(AF_INET, host.c_str(), &binary) == 1 || ::inet_pton(AF_INET6, host.c_str(), &binary) == 1;
    names += fmt::format("{}{}:{}", names.empty() ? "" : ",", is_ip ? "IP" : "DNS", host);
  }
  return names;
}

void add_extension(X509* certificate, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    throw Failure({ErrorCode::kInternal, "A certificate could not be made for " + value});
}

std::string text_of(const OwnedBio& bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

}  // namespace

struct TlsIdentity::Shown {
  mutable std::mutex mutex;
  std::shared_ptr<SSL_CTX> context;

  [[nodiscard]] std::shared_ptr<SSL_CTX> get() const {
    const std::scoped_lock lock(mutex);
    return context;
  }
};

TlsIdentity::TlsIdentity() : shown_(std::make_unique<Shown>()) {}
TlsIdentity::~TlsIdentity() = default;

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::make(const Certificate& certificate) {
  auto identity = std::unique_ptr<TlsIdentity>(new TlsIdentity());
  if (const auto shown = identity->replace(certificate); !shown) return failure(shown);
  return identity;
}

Result<void> TlsIdentity::replace(const Certificate& certificate) {
  auto context = context_of(certificate);
  if (!context) return failure(context);
  const std::scoped_lock lock(shown_->mutex);
  shown_->context = *std::move(context);
  return {};
}

std::string TlsIdentity::fingerprint() const {
  const auto context = shown_->get();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  X509_digest(SSL_CTX_get0_certificate(context.get()), EVP_sha256(), digest.data(), &length);
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

Instant TlsIdentity::expires_at() const {
  const auto context = shown_->get();
  return instant_of(X509_get0_notAfter(SSL_CTX_get0_certificate(context.get())));
}

std::unique_ptr<ByteStream> TlsIdentity::protect(std::unique_ptr<ByteStream> below) const {
  const auto context = shown_->get();
  SSL* ssl = SSL_new(context.get());
  if (ssl == nullptr) throw Failure({ErrorCode::kUnavailable, "There is no memory for a connection."});
  return make_tls_stream(ssl, std::move(below));
}

Certificate make_certificate(const std::vector<std::string>& hosts, Instant now, std::chrono::days valid) {
  const OwnedKey key(EVP_EC_gen("P-256"));
  const OwnedX509 certificate(X509_new());
  auto* made = certificate.get();
  X509_set_version(made, X509_VERSION_3);
  const Owned<BIGNUM, BN_free> serial(BN_new());
  BN_rand(serial.get(), 128, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made));
  ASN1_TIME_set(X509_getm_notBefore(made), seconds_of(now - std::chrono::hours(1)));
  ASN1_TIME_set(X509_getm_notAfter(made), seconds_of(now + valid));
  constexpr std::string_view kName = "Cairn, signed by itself";
  auto* subject = X509_get_subject_name(made);
  X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(kName.data()),
                             static_cast<int>(kName.size()), -1, 0);
  X509_set_issuer_name(made, subject);
  X509_set_pubkey(made, key.get());
  add_extension(made, NID_subject_alt_name, alternative_names(hosts));
  add_extension(made, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made, NID_ext_key_usage, "serverAuth");
  if (X509_sign(made, key.get(), EVP_sha256()) == 0) throw Failure({ErrorCode::kInternal, "A certificate could not be signed."});

  const OwnedBio chain(BIO_new(BIO_s_mem()));
  const OwnedBio key_text(BIO_new(BIO_s_secmem()));
  PEM_write_bio_X509(chain.get(), made);
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {.chain = text_of(chain), .key = Secret(text_of(key_text))};
}

}  // namespace cairn::net
