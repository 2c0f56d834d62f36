#include "cairn/crypt/segment.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "cairn/base/mutant.h"

namespace cairn::crypt {
namespace {

constexpr std::size_t kIdAt = 8;
constexpr std::size_t kSaltAt = 24;
constexpr std::size_t kCommitmentAt = 56;
constexpr std::size_t kBoundBytes = 56;  // what the keys are derived from
constexpr std::array<std::byte, 8> kStart{std::byte{'C'}, std::byte{'F'}, std::byte{'E'}, std::byte{'1'},
                                          std::byte{1},   std::byte{1},   std::byte{16},  std::byte{0}};

struct DerivedKeys {
  Key encryption;
  Key commitment;
};

DerivedKeys derive(const Key& key, const SegmentHeader& header) {
  const Bytes bytes(header);
  const auto prk = hkdf_extract(bytes.subspan(kSaltAt, 32), key);
  const auto expand = [&](std::string_view purpose) {
    std::vector<std::byte> info(label(purpose).begin(), label(purpose).end());
    info.insert(info.end(), bytes.begin(), bytes.begin() + kBoundBytes);
    return hkdf_expand(prk, info);
  };
  return {expand("cfe1 enc"), expand("cfe1 com")};
}

AesGcm::Nonce nonce_of(std::uint64_t index, bool last) {
  AesGcm::Nonce nonce{};
  nonce[0] = std::byte{last && !mutant("no_last_flag") ? std::uint8_t{1} : std::uint8_t{0}};
  if (mutant("reuse_nonce")) return nonce;
  for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::byte>(index >> (56 - 8 * i));
  return nonce;
}

Bytes additional_data(const Uuid& id) { return mutant("no_object_id") ? Bytes() : Bytes(id); }

std::array<std::byte, 32> random_salt() {
  std::array<std::byte, 32> salt;
  fill_random(salt);
  return salt;
}

SegmentHeader make_header(const Key& key, const Uuid& id, std::span<const std::byte, 32> salt) {
  SegmentHeader header{};
  std::ranges::copy(kStart, header.begin());
  std::ranges::copy(id, header.begin() + kIdAt);
  std::ranges::copy(salt, header.begin() + kSaltAt);
  const auto keys = derive(key, header);
  std::ranges::copy(keys.commitment.reveal(), header.begin() + kCommitmentAt);
  return header;
}

std::unexpected<Error> damaged(const char* what) { return failure(ErrorCode::kCorrupt, what); }

}  // namespace

Result<SegmentLayout> SegmentLayout::of(std::uint64_t plain_length, Ending ending) {
  if (ending == Ending::kCut) {
    if (plain_length % kChunkBytes != 0) return damaged("A cut segment has whole chunks only.");
    return SegmentLayout(plain_length, ending, plain_length / kChunkBytes);
  }
  return SegmentLayout(plain_length, ending, std::max<std::uint64_t>(1, (plain_length + kChunkBytes - 1) / kChunkBytes));
}

std::size_t SegmentLayout::plain_size_of(std::uint64_t index) const {
  return std::min<std::uint64_t>(kChunkBytes, length_ - index * kChunkBytes);
}

SegmentSealer::SegmentSealer(const Key& key, const Uuid& segment_id) : SegmentSealer(key, segment_id, random_salt()) {}

SegmentSealer::SegmentSealer(const Key& key, const Uuid& segment_id, std::span<const std::byte, 32> salt)
    : header_(make_header(key, segment_id, salt)),
      id_(segment_id),
      cipher_(derive(key, header_).encryption, AesGcm::Use::kSeal) {}

void SegmentSealer::seal(Bytes plain, bool last, std::span<std::byte> out) {
  const bool right_size = last ? plain.size() <= SegmentLayout::kChunkBytes : plain.size() == SegmentLayout::kChunkBytes;
  if (ended_ || !right_size) std::terminate();  // a defect of the caller that could cost a key
  cipher_.seal(nonce_of(next_++, last), additional_data(id_), plain, out);
  ended_ = last;
}

Result<SegmentOpener> SegmentOpener::open(const Key& key, const Uuid& segment_id, const SegmentHeader& header) {
  const Bytes bytes(header);
  if (!std::ranges::equal(bytes.first(kStart.size()), kStart)) return damaged("This is no sealed segment of a form known here.");
  if (!std::ranges::equal(bytes.subspan(kIdAt, segment_id.size()), segment_id) && !mutant("no_object_id"))
    return damaged("This is another segment than the one asked for.");
  if (std::ranges::any_of(bytes.last(8), [](std::byte zero) { return zero != std::byte{0}; }))
    return damaged("The segment's header is damaged.");
  const auto keys = derive(key, header);
  if (!equal_in_constant_time(keys.commitment.reveal(), bytes.subspan(kCommitmentAt, Key::kBytes)) && !mutant("no_commitment"))
    return damaged("The key is not this segment's.");
  return SegmentOpener(segment_id, AesGcm(keys.encryption, AesGcm::Use::kOpen));
}

Result<void> SegmentOpener::open_chunk(const SegmentLayout& layout, std::uint64_t index, Bytes sealed,
                                       std::span<std::byte> plain) {
  const bool right_size =
      index < layout.chunks() && plain.size() == layout.plain_size_of(index) && sealed.size() == plain.size() + AesGcm::kTagBytes;
  if (!right_size) return damaged("A chunk has not the length that it was sealed with.");
  if (!cipher_.open(nonce_of(index, layout.is_last(index)), additional_data(id_), sealed, plain))
    return damaged("A chunk is not what was sealed.");
  return {};
}

}  // namespace cairn::crypt
