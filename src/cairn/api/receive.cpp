#include "cairn/api/receive.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "cairn/base/text.h"

namespace cairn::api {
namespace {

constexpr std::size_t kPieceBytes = 256u << 10;  // DESIGN D9
constexpr std::chrono::seconds kPatience{1};     // for a piece to be full
constexpr std::size_t kMostDigests = 10;

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

PieceReader::PieceReader(net::Body& body)
    : body_(body),
      size_(static_cast<std::size_t>(std::min<std::uint64_t>(body.size().value_or(kPieceBytes), kPieceBytes))),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(size_)) {}

Task<std::span<const std::byte>> PieceReader::next() {
  if (broken_) std::rethrow_exception(broken_);
  std::size_t filled = 0;
  try {
    const auto began = std::chrono::steady_clock::now();
    // Few large writes cost less than many small ones.
    while (filled < size_ && more_ && (filled == 0 || std::chrono::steady_clock::now() - began < kPatience)) {
      const auto got = co_await body_.read({buffer_.get() + filled, size_ - filled});
      more_ = got > 0;
      filled += got;
    }
  } catch (...) {
    broken_ = std::current_exception();  // thrown once what came before it is used
  }
  if (broken_ && filled == 0) std::rethrow_exception(broken_);
  co_return std::span<const std::byte>(buffer_.get(), filled);
}

Task<> receive(const Call& call, tree::FileDraft& draft) {
  const auto wanted = WantedDigests::of(call.request);
  std::optional<crypt::Sha256Stream> sha256;
  std::optional<crypt::Blake3> blake3;
  if (wanted.sha256) sha256.emplace();
  if (wanted.blake3) blake3.emplace();
  PieceReader pieces(*call.request.body);
  for (;;) {
    const auto piece = co_await pieces.next();
    if (piece.empty()) break;
    if (sha256) sha256->update(piece);
    if (blake3) blake3->update(piece);
    co_await draft.write(piece);
  }
  if ((!sha256 || *wanted.sha256 == sha256->digest()) && (!blake3 || *wanted.blake3 == blake3->digest())) co_return;
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
