#include "cairn/net/tls_stream.h"

#include <algorithm>
#include <climits>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace cairn::net {
namespace {

constexpr std::size_t kMostSealed = 256u << 10;  // plain bytes taken at once
constexpr std::size_t kKeptCapacity = 16u << 10;

class TlsStream final : public ByteStream {
 public:
  TlsStream(SSL* ssl, std::unique_ptr<ByteStream> below) : ssl_(ssl), below_(std::move(below)) {
    BIO* bio = BIO_new(method());
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_, bio, bio);  // takes it
    SSL_set_accept_state(ssl_);
  }
  ~TlsStream() override { SSL_free(ssl_); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  [[nodiscard]] Transferred try_read(std::span<char> into) noexcept override {
    if (const auto sent = try_flush(); sent.how == Transferred::How::kClosed) return sent;
    const int count = SSL_read(ssl_, into.data(), static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX)));
    const auto read = moved(count);
    // The handshake's answers, tickets and alerts.
    if (const auto sent = try_flush(); sent.how == Transferred::How::kClosed && read.how != Transferred::How::kDone) return sent;
    return read;
  }

  [[nodiscard]] Transferred try_write(std::string_view bytes) noexcept override {
    if (const auto sent = try_flush(); sent.how != Transferred::How::kDone) return sent;
    std::size_t taken = 0;
    const auto most = std::min(bytes.size(), kMostSealed);
    while (taken < most) {
      const int count = SSL_write(ssl_, bytes.data() + taken, static_cast<int>(most - taken));
      if (count <= 0) {
        if (taken > 0) break;
        return moved(count);
      }
      taken += static_cast<std::size_t>(count);
    }
    if (const auto sent = try_flush(); sent.how == Transferred::How::kClosed) return sent;
    return {Transferred::How::kDone, taken};
  }

  [[nodiscard]] Transferred try_flush() noexcept override {
    while (sent_ < sealed_.size()) {
      const auto sent = below_->try_write(std::string_view(sealed_).substr(sent_));
      if (sent.how != Transferred::How::kDone) return sent;
      sent_ += sent.bytes;
    }
    sent_ = 0;
    sealed_.clear();
    if (sealed_.capacity() > kMostSealed * 2) sealed_.shrink_to_fit();
    return {Transferred::How::kDone};
  }

  void finish_writing() noexcept override {
    if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    ERR_clear_error();
    if (try_flush().how == Transferred::How::kDone) below_->finish_writing();
  }
  void shut_down() noexcept override { below_->shut_down(); }

 private:
  // What is sealed and not sent goes first: a client that waits for it sends nothing.
  void wait(Direction direction, std::coroutine_handle<> waiting) override {
    const bool first_write = sent_ < sealed_.size();
    if (sealed_.empty() && sealed_.capacity() > kKeptCapacity && direction == Direction::kRead) sealed_.shrink_to_fit();
    below_->ready(first_write ? Direction::kWrite : direction).await_suspend(waiting);
  }

  Transferred moved(int count) noexcept {
    if (count > 0) return {Transferred::How::kDone, static_cast<std::size_t>(count)};
    const int error = SSL_get_error(ssl_, count);
    ERR_clear_error();  // the queue belongs to the thread, and the next connection would read it
    return {error == SSL_ERROR_WANT_READ && !below_closed_ ? Transferred::How::kBlocked : Transferred::How::kClosed};
  }

  static TlsStream& of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int bio_read(BIO* bio, char* into, int length) {
    auto& stream = of(bio);
    BIO_clear_retry_flags(bio);
    const auto got = stream.below_->try_read({into, static_cast<std::size_t>(length)});
    if (got.how == Transferred::How::kDone) return static_cast<int>(got.bytes);
    if (got.how == Transferred::How::kBlocked) {
      BIO_set_retry_read(bio);
      return -1;
    }
    stream.below_closed_ = true;
    return 0;
  }
  static int bio_write(BIO* bio, const char* bytes, int length) {
    of(bio).sealed_.append(bytes, static_cast<std::size_t>(length));
    return length;
  }
  static long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const kMethod = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cairn");
      BIO_meth_set_read(made, bio_read);
      BIO_meth_set_write(made, bio_write);
      BIO_meth_set_ctrl(made, bio_control);
      return made;
    }();
    return kMethod;
  }

  SSL* ssl_;
  std::unique_ptr<ByteStream> below_;
  std::string sealed_;    // by TLS, to be sent
  std::size_t sent_ = 0;  // of it
  bool below_closed_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(SSL* ssl, std::unique_ptr<ByteStream> below) {
  return std::make_unique<TlsStream>(ssl, std::move(below));
}

}  // namespace cairn::net
