#include "cairn/api/receive.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "cairn/base/text.h"

namespace cairn::api {
namespace {

constexpr std::size_t kPieceBytes = 256u << 10;  // DESIGN D9
constexpr std::size_t kMostDigests = 10;

// Standard base64 with padding (RFC 4648 §4), as structured fields write bytes.
std::string base64(std::span<const std::byte> bytes) {
  auto text = base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view padded) {
  std::string text(padded.substr(0, padded.find_last_not_of('=') + 1));
  if (text.contains('-') || text.contains('_') || padded.size() % 4 != 0 || padded.size() - text.size() > 2) return std::nullopt;
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return from_base64url(text);
}

template <class Digest>
Digest digest_in(std::string_view value, std::string_view field) {
  Digest digest{};
  const bool quoted = value.size() >= 2 && value.starts_with(':') && value.ends_with(':');
  const auto bytes = quoted ? from_base64(value.substr(1, value.size() - 2)) : std::nullopt;
  if (!bytes || bytes->size() != digest.size()) {
    throw Failure(
        {ErrorCode::kInvalidInput, fmt::format("{} is not well formed: write sha-256=:BASE64:", field), std::string(field)});
  }
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

void read_digests(std::string_view value, std::string_view field, WantedDigests& into) {
  const auto members = split(value, ',');
  if (members.size() > kMostDigests)
    throw Failure({ErrorCode::kInvalidInput, fmt::format("{} has too many members.", field), std::string(field)});
  for (const auto member : members) {
    const auto equals = std::min(member.find('='), member.size());
    const auto algorithm = member.substr(0, equals);
    const auto digest = member.substr(std::min(equals + 1, member.size()));
    if (algorithm == "sha-256") into.sha256 = digest_in<crypt::Sha256>(digest, field);
    if (algorithm == "blake3") into.blake3 = digest_in<crypt::Blake3::Digest>(digest, field);
  }
}

// Hashes along while bytes come, as far as anybody wants it.
class Comparison {
 public:
  explicit Comparison(WantedDigests wanted) : wanted_(wanted) {
    if (wanted.sha256) sha256_.emplace();
    if (wanted.blake3) blake3_.emplace();
  }

  void update(std::span<const std::byte> bytes) {
    if (sha256_) sha256_->update(bytes);
    if (blake3_) blake3_->update(bytes);
  }
  [[nodiscard]] bool is_right() const {
    return (!sha256_ || *wanted_.sha256 == sha256_->digest()) && (!blake3_ || *wanted_.blake3 == blake3_->digest());
  }

 private:
  WantedDigests wanted_;
  std::optional<crypt::Sha256Stream> sha256_;
  std::optional<crypt::Blake3> blake3_;
};

}  // namespace

WantedDigests WantedDigests::of(const net::Request& request) {
  WantedDigests wanted;
  for (const auto* field : {"Content-Digest", "Repr-Digest"})
    if (const auto value = request.header(field)) read_digests(*value, field, wanted);
  return wanted;
}

void check_upload(const Call& call) {
  if (call.request.header("content-range"))  // RFC 9110 §14.4: a part must not be taken for the whole
    throw Failure({ErrorCode::kInvalidInput, "A file is put whole: Content-Range is not taken.", "Content-Range"});
  (void)WantedDigests::of(call.request);
  (void)modified_at_of(call);
}

Task<> receive(const Call& call, tree::FileDraft& draft) {
  auto& body = *call.request.body;
  Comparison comparison(WantedDigests::of(call.request));
  const auto announced = body.size();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(announced.value_or(kPieceBytes), kPieceBytes));
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
  for (bool more = size > 0; more;) {
    std::size_t filled = 0;
    while (filled < size && more) {  // few large writes cost less than many small ones
      const auto got = co_await body.read({buffer.get() + filled, size - filled});
      more = got > 0;
      filled += got;
    }
    const std::span<const std::byte> piece(buffer.get(), filled);
    comparison.update(piece);
    co_await draft.write(piece);
  }
  if (comparison.is_right()) co_return;
  throw Failure({ErrorCode::kInvalidInput, "The bytes that came have another digest than was announced. Send them again.",
                 "Content-Digest"});
}

std::string said_of(const net::Request& request) {
  return fmt::format("{}\n{}\n{}", request.chunked ? "chunked" : std::to_string(request.content_length),
                     request.header("content-digest").value_or(""), request.header("repr-digest").value_or(""));
}

Instant modified_at_of(const Call& call) {
  const auto text = call.parameter("modified_at");
  if (!text) return call.services.clock.now();
  const auto when = parse_rfc3339(*text);
  if (!when) throw Failure({ErrorCode::kInvalidInput, "modified_at is a time such as 2026-11-24T21:55:44Z.", "modified_at"});
  return *when;
}

std::string digest_field(std::string_view algorithm, std::span<const std::byte> digest) {
  return fmt::format("{}=:{}:", algorithm, base64(digest));
}

}  // namespace cairn::api
