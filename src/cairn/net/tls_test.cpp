#include "cairn/net/tls.h"

#include <cstring>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "cairn/net/testing/server_test.h"

namespace cairn::net {
namespace {

using ::testing::HasSubstr;
using testing::RawClient;
using ::testing::StartsWith;

constexpr std::chrono::days kYear{365};

// OpenSSL's own client, over a socket that blocks.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int version = 0, const char* protocols = nullptr)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    SSL_CTX_set_security_level(context_.get(), 0);  // so that the client would speak what the server must refuse
    if (version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), version);
      SSL_CTX_set_max_proto_version(context_.get(), version);
    }
    if (protocols != nullptr)
      SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(protocols),
                              static_cast<unsigned>(std::strlen(protocols)));
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    connected_ = SSL_connect(ssl_.get()) == 1;
    ERR_clear_error();
  }
  ~TlsClient() {
    ssl_.reset();
    ::close(socket_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] bool shows(const std::string& host) const {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    return shown && (X509_check_host(shown.get(), host.c_str(), 0, 0, nullptr) == 1 ||
                     X509_check_ip_asc(shown.get(), host.c_str(), 0) == 1);
  }
  // All that comes until the server ends it; `clean` tells whether it said so.
  std::string ask(std::string_view request) {
    SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()));
    std::string all;
    std::array<char, 16'384> buffer;
    for (int got = 0; (got = SSL_read(ssl_.get(), buffer.data(), buffer.size())) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(got));
    clean_ = (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    ERR_clear_error();
    return all;
  }
  [[nodiscard]] bool clean() const { return clean_; }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype([](SSL* ssl) { SSL_free(ssl); })> ssl_;
  int socket_;
  bool connected_ = false;
  bool clean_ = false;
};

class TlsTest : public testing::ServerTest {
 protected:
  TlsTest() {
    identity_ = *TlsIdentity::make(make_certificate({"localhost", "127.0.0.1", "::1"}, clock_.now(), kYear));
    started();
    tls_port_ = server_->listen({.host = "127.0.0.1", .encrypted = true})->port;
  }

  std::uint16_t tls_port_ = 0;
};

TEST_F(TlsTest, AnswersOverBothVersionsAndSaysWhenItIsOver) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(tls_port_, version);
    ASSERT_TRUE(client.connected());
    const auto answer = client.ask("GET /letters?1000000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer.substr(0, 20), StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 1'000'000u);
    EXPECT_TRUE(client.clean());
  }
}

TEST_F(TlsTest, ABodyComesOverTlsToo) {
  TlsClient client(tls_port_);
  const std::string body(300'000, 'x');
  const auto answer = client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n" + body);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body));
}

TEST_F(TlsTest, OldVersionsAndOtherProtocolsAreRefused) {
  EXPECT_FALSE(TlsClient(tls_port_, TLS1_1_VERSION).connected());
  EXPECT_FALSE(TlsClient(tls_port_, 0, "\x02h2").connected());
  EXPECT_TRUE(TlsClient(tls_port_, 0, "\x02h2\x08http/1.1").connected());
}

TEST_F(TlsTest, ASelfMadeCertificateIsForTheHostsThatItNames) {
  const TlsClient client(tls_port_);
  for (const auto* host : {"localhost", "127.0.0.1", "::1"}) EXPECT_TRUE(client.shows(host)) << host;
  EXPECT_FALSE(client.shows("example.org"));
  EXPECT_EQ(identity_->fingerprint().size(), 95u);
  EXPECT_LT(identity_->expires_at(), clock_.now() + kYear + std::chrono::hours(1));
  EXPECT_GT(identity_->expires_at(), clock_.now() + kYear - std::chrono::hours(1));
}

TEST_F(TlsTest, AnotherCertificateIsShownFromThenOnAndAWrongOneIsNot) {
  const auto fresh = make_certificate({"example.org"}, clock_.now(), kYear);
  const auto other = make_certificate({"example.net"}, clock_.now(), kYear);
  ASSERT_TRUE(identity_->replace(fresh));
  EXPECT_TRUE(TlsClient(tls_port_).shows("example.org"));
  EXPECT_FALSE(identity_->replace({.chain = other.chain, .key = fresh.key})) << "not its key";
  EXPECT_FALSE(identity_->replace({.chain = "no certificate", .key = fresh.key}));
  EXPECT_FALSE(identity_->replace({.chain = fresh.chain, .key = Secret("no key")}));
  EXPECT_TRUE(TlsClient(tls_port_).shows("example.org"));
}

TEST_F(TlsTest, AKeyOfAnotherTypeThanTheCertificatesIsRefused) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> rsa(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(text.get(), rsa.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long length = BIO_get_mem_data(text.get(), &data);
  const auto fresh = make_certificate({"example.org"}, clock_.now(), kYear);
  EXPECT_FALSE(identity_->replace({.chain = fresh.chain, .key = Secret({data, static_cast<std::size_t>(length)})}));
  EXPECT_FALSE(identity_->replace(
      {.chain = fresh.chain + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", .key = fresh.key}))
      << "a chain that is broken";
  EXPECT_EQ(identity_->fingerprint().size(), 95u);
}

TEST_F(TlsTest, AHandshakeThatTricklesInHasNoMoreTimeThanAHead) {
  limits_.session.head_timeout = std::chrono::milliseconds(300);
  server_->stop(std::chrono::milliseconds(0));
  started();
  tls_port_ = server_->listen({.host = "127.0.0.1", .encrypted = true})->port;
  RawClient slow(tls_port_);
  slow.send("\x16\x03\x01\x02");
  while (!slow.heard_within(std::chrono::milliseconds(50))) slow.send("\x01");
  EXPECT_EQ(slow.rest(), "");
}

TEST_F(TlsTest, WhoSpeaksPlainHttpIsHungUpOnAndTheOthersAreServed) {
  RawClient plain(tls_port_);
  plain.send(testing::kGet);
  EXPECT_THAT(plain.rest(), Not(HasSubstr("HTTP/1.1 200")));
  RawClient noise(tls_port_);
  noise.send(std::string(1000, '\x16'));
  noise.rest();
  TlsClient client(tls_port_);
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

}  // namespace
}  // namespace cairn::net
