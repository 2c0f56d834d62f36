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
constexpr std::size_t kMostUnsealed = 64u << 10;  // bytes read at once from below; a record has 16 KiB
constexpr std::size_t kMostAnswered = 512u << 10;

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
    if (const auto sent = flush(); sent.how == Transferred::How::kClosed) return sent;
    ERR_clear_error();  // SSL_get_error looks at the thread's queue, whoever has filled it
    budget_ = kMostUnsealed;
    const int count = SSL_read(ssl_, into.data(), static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX)));
    const auto read = moved(count);
    // The handshake's answers and alerts.
    if (const auto sent = flush(); sent.how == Transferred::How::kClosed && read.how != Transferred::How::kDone) return sent;
    return read;
  }

  // Takes nothing while something sealed is left; kDone without bytes then means that some of it was sent.
  [[nodiscard]] Transferred try_write(std::string_view bytes) noexcept override {
    if (const auto sent = flush(); sent.how != Transferred::How::kDone || !is_flushed()) return {sent.how};
    std::size_t taken = 0;
    const auto most = std::min(bytes.size(), kMostSealed);
    ERR_clear_error();
    while (taken < most) {
      const int count = SSL_write(ssl_, bytes.data() + taken, static_cast<int>(most - taken));
      // Writing never blocks, since it goes into sealed_. If it is to wait for reading, the other side has begun something odd.
      if (count <= 0) {
        ERR_clear_error();
        return {Transferred::How::kClosed};
      }
      taken += static_cast<std::size_t>(count);
    }
    if (const auto sent = flush(); sent.how == Transferred::How::kClosed) return sent;
    return {Transferred::How::kDone, taken};
  }

  [[nodiscard]] Transferred try_flush() noexcept override { return flush(); }
  [[nodiscard]] bool has_unread() const noexcept override { return SSL_has_pending(ssl_) == 1 || below_->has_unread(); }

  [[nodiscard]] bool is_established() const noexcept override { return SSL_is_init_finished(ssl_) == 1; }

  void finish_writing() noexcept override {
    ERR_clear_error();
    if (is_established()) SSL_shutdown(ssl_);
    ERR_clear_error();
    finishing_ = true;
    (void)flush();  // what cannot be sent now is sent while the session lingers
  }
  void shut_down() noexcept override { below_->shut_down(); }
  void abort() noexcept override { below_->abort(); }

 private:
  // What is sealed and not sent goes first: a client that waits for it sends nothing.
  void wait(Direction direction, std::coroutine_handle<> waiting) override {
    const bool first_write = !is_flushed();
    if (sealed_.empty() && sealed_.capacity() > kKeptCapacity && direction == Direction::kRead) sealed_.shrink_to_fit();
    below_->ready(first_write ? Direction::kWrite : direction).await_suspend(waiting);
  }

  [[nodiscard]] bool is_flushed() const noexcept { return sent_ == sealed_.size(); }

  // Sends as much as goes now; its bytes count as progress though some may be left.
  Transferred flush() noexcept {
    std::size_t moved = 0;
    while (!is_flushed()) {
      const auto sent = below_->try_write(std::string_view(sealed_).substr(sent_));
      if (sent.how == Transferred::How::kClosed) return sent;
      if (sent.how == Transferred::How::kBlocked) return moved > 0 ? Transferred{Transferred::How::kDone, moved} : sent;
      sent_ += sent.bytes;
      moved += sent.bytes;
    }
    sent_ = 0;
    sealed_.clear();
    if (sealed_.capacity() > kMostSealed * 2) sealed_.shrink_to_fit();
    if (finishing_) below_->finish_writing();
    return {Transferred::How::kDone, moved};
  }

  Transferred moved(int count) noexcept {
    if (count > 0) return {Transferred::How::kDone, static_cast<std::size_t>(count)};
    const int error = SSL_get_error(ssl_, count);
    ERR_clear_error();
    return {error == SSL_ERROR_WANT_READ && !below_closed_ ? Transferred::How::kBlocked : Transferred::How::kClosed};
  }

  static TlsStream& of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int bio_read(BIO* bio, char* into, int length) {
    auto& stream = of(bio);
    BIO_clear_retry_flags(bio);
    // Messages of the protocol itself can follow each other without end, and be answered without end, inside one SSL_read.
    const bool used_up = stream.budget_ == 0 || stream.sealed_.size() > kMostAnswered;
    const auto most = std::min(static_cast<std::size_t>(length), stream.budget_);
    const auto got = used_up ? Transferred{Transferred::How::kBlocked} : stream.below_->try_read({into, most});
    if (got.how == Transferred::How::kDone) {
      stream.budget_ -= got.bytes;
      return static_cast<int>(got.bytes);
    }
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
  std::string sealed_;                  // by TLS, to be sent
  std::size_t sent_ = 0;                // of it
  std::size_t budget_ = kMostUnsealed;  // of the try to read that is under way
  bool below_closed_ = false;
  bool finishing_ = false;  // nothing more is written
};

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(SSL* ssl, std::unique_ptr<ByteStream> below) {
  return std::make_unique<TlsStream>(ssl, std::move(below));
}

}  // namespace cairn::net
