#include "cairn/crypt/segment.h"

#include <random>
#include <vector>

#include "cairn/base/text.h"

namespace cairn::crypt {

// Seals with a given salt, for the known answer.
class SegmentSealerForTest {
 public:
  static SegmentSealer with_salt(const Key& key, const Uuid& id, std::span<const std::byte, 32> salt) { return {key, id, salt}; }
};

namespace {

using Buffer = std::vector<std::byte>;

template <std::size_t N>
std::array<std::byte, N> counting_from(unsigned first) {
  std::array<std::byte, N> bytes;
  for (std::size_t i = 0; i < N; ++i) bytes[i] = static_cast<std::byte>(first + i);
  return bytes;
}

constexpr std::size_t kChunk = SegmentLayout::kChunkBytes;
const auto kKeyBytes = counting_from<32>(0);
const Uuid kId = counting_from<16>(0xf0);

Buffer random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Buffer bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// A whole stored segment: header and chunks.
Buffer sealed(const Key& key, const Uuid& id, const Buffer& plain, Ending ending) {
  SegmentSealer sealer(key, id);
  const auto layout = *SegmentLayout::of(plain.size(), ending);
  Buffer stored(layout.stored_length());
  std::ranges::copy(sealer.header(), stored.begin());
  for (std::uint64_t i = 0; i < layout.chunks(); ++i) {
    const auto size = layout.plain_size_of(i);
    sealer.seal(Bytes(plain).subspan(i * kChunk, size), layout.is_last(i),
                std::span(stored).subspan(SegmentLayout::chunk_offset(i), size + AesGcm::kTagBytes));
  }
  return stored;
}

Result<Buffer> opened(const Key& key, const Uuid& id, const Buffer& stored, std::uint64_t plain_length, Ending ending) {
  const auto layout = SegmentLayout::of(plain_length, ending);
  if (!layout) return failure(layout);
  if (stored.size() != layout->stored_length()) return failure(ErrorCode::kCorrupt, "length");
  SegmentHeader header;
  std::copy_n(stored.begin(), header.size(), header.begin());
  auto opener = SegmentOpener::open(key, id, header);
  if (!opener) return failure(opener);
  Buffer plain(plain_length);
  for (std::uint64_t i = 0; i < layout->chunks(); ++i) {
    const auto size = layout->plain_size_of(i);
    const auto chunk =
        opener->open_chunk(*layout, i, Bytes(stored).subspan(SegmentLayout::chunk_offset(i), size + AesGcm::kTagBytes),
                           std::span(plain).subspan(i * kChunk, size));
    if (!chunk) return failure(chunk);
  }
  return plain;
}

TEST(Segment, IsWrittenAsTheFormatSays) {
  const Key key(kKeyBytes);
  auto sealer = SegmentSealerForTest::with_salt(key, kId, counting_from<32>(0xa0));
  EXPECT_EQ(hex(Bytes(sealer.header()).first(8)), "4346453101011000");
  EXPECT_EQ(hex(Bytes(sealer.header()).subspan(56, 32)), "f0095fbe2b6104eb509ee1eaac28676a5282ea201a2a46480a618f0b3426431e");
  Buffer out(11 + AesGcm::kTagBytes);
  sealer.seal(label("hello cloud"), true, out);
  EXPECT_EQ(hex(out), "015e8301b3db554b1573663a6f791d4aa7c7338ba4a0857e7358b4");
}

TEST(Segment, EveryLengthComesBackAsItWas) {
  const auto key = Key::make();
  for (const std::size_t length : {0uz, 1uz, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk, 3 * kChunk + 17}) {
    const auto plain = random_bytes(length, length);
    EXPECT_EQ(*opened(key, kId, sealed(key, kId, plain, Ending::kClosed), length, Ending::kClosed), plain) << length;
  }
  for (const std::size_t chunks : {0uz, 1uz, 3uz}) {
    const auto plain = random_bytes(chunks * kChunk, chunks);
    EXPECT_EQ(*opened(key, kId, sealed(key, kId, plain, Ending::kCut), plain.size(), Ending::kCut), plain) << chunks;
  }
  EXPECT_FALSE(SegmentLayout::of(kChunk + 1, Ending::kCut).has_value());
}

TEST(Segment, ChunksOpenInAnyOrder) {
  const auto key = Key::make();
  const auto plain = random_bytes(5 * kChunk + 9, 1);
  const auto stored = sealed(key, kId, plain, Ending::kClosed);
  const auto layout = *SegmentLayout::of(plain.size(), Ending::kClosed);
  SegmentHeader header;
  std::copy_n(stored.begin(), header.size(), header.begin());
  auto opener = *SegmentOpener::open(key, kId, header);
  for (const std::uint64_t index : {5u, 0u, 3u, 3u, 1u}) {
    Buffer chunk(layout.plain_size_of(index));
    const auto from = Bytes(stored).subspan(SegmentLayout::chunk_offset(index), chunk.size() + AesGcm::kTagBytes);
    ASSERT_TRUE(opener.open_chunk(layout, index, from, chunk).has_value());
    EXPECT_TRUE(std::ranges::equal(chunk, Bytes(plain).subspan(index * kChunk, chunk.size())));
  }
}

TEST(Segment, NoBitCanBeChanged) {
  const auto key = Key::make();
  const auto plain = random_bytes(kChunk + 100, 2);
  auto stored = sealed(key, kId, plain, Ending::kClosed);
  std::mt19937_64 random(3);
  const auto refused = [&](std::size_t byte, unsigned bit) {
    stored[byte] ^= static_cast<std::byte>(1u << bit);
    const bool open = opened(key, kId, stored, plain.size(), Ending::kClosed).has_value();
    stored[byte] ^= static_cast<std::byte>(1u << bit);
    return !open;
  };
  for (std::size_t byte = 0; byte < SegmentLayout::kHeaderBytes; ++byte)
    for (unsigned bit = 0; bit < 8; ++bit) ASSERT_TRUE(refused(byte, bit)) << "header byte " << byte << " bit " << bit;
  for (int i = 0; i < 200; ++i) {
    const auto byte = random() % stored.size();
    ASSERT_TRUE(refused(byte, random() % 8)) << "byte " << byte;
  }
}

TEST(Segment, ChunksCannotBeSwappedRepeatedOrTakenFromAnother) {
  const auto key = Key::make();
  const auto plain = random_bytes(3 * kChunk, 4);
  const auto stored = sealed(key, kId, plain, Ending::kClosed);
  const auto other = sealed(key, kId, plain, Ending::kClosed);  // the same in every respect but its salt
  const auto chunk = [](Buffer& of, std::uint64_t index) {
    return std::span(of).subspan(SegmentLayout::chunk_offset(index), SegmentLayout::kSealedChunkBytes);
  };
  auto swapped = stored;
  std::ranges::swap_ranges(chunk(swapped, 0), chunk(swapped, 1));
  EXPECT_FALSE(opened(key, kId, swapped, plain.size(), Ending::kClosed).has_value());
  auto repeated = stored;
  std::ranges::copy(chunk(repeated, 0), chunk(repeated, 1).begin());
  EXPECT_FALSE(opened(key, kId, repeated, plain.size(), Ending::kClosed).has_value());
  auto spliced = stored;
  auto source = other;
  std::ranges::copy(chunk(source, 1), chunk(spliced, 1).begin());
  EXPECT_FALSE(opened(key, kId, spliced, plain.size(), Ending::kClosed).has_value());
}

TEST(Segment, EqualChunksLookDifferent) {
  const auto key = Key::make();
  const Buffer plain(3 * kChunk, std::byte{7});
  const auto stored = sealed(key, kId, plain, Ending::kCut);
  const auto chunk = [&](std::uint64_t index) { return hex(Bytes(stored).subspan(SegmentLayout::chunk_offset(index), 64)); };
  EXPECT_NE(chunk(0), chunk(1));
  EXPECT_NE(chunk(1), chunk(2));
}

TEST(Segment, CuttingItAtAChunkBorderIsNoticed) {
  const auto key = Key::make();
  const auto plain = random_bytes(3 * kChunk, 5);
  auto stored = sealed(key, kId, plain, Ending::kClosed);
  stored.resize(SegmentLayout::chunk_offset(2));
  EXPECT_FALSE(opened(key, kId, stored, 2 * kChunk, Ending::kClosed).has_value());
  // And a closed one passes for no cut one, nor the other way round.
  const auto closed = sealed(key, kId, plain, Ending::kClosed);
  EXPECT_FALSE(opened(key, kId, closed, plain.size(), Ending::kCut).has_value());
  const auto cut = sealed(key, kId, plain, Ending::kCut);
  EXPECT_FALSE(opened(key, kId, cut, plain.size(), Ending::kClosed).has_value());
}

TEST(Segment, AnotherKeyIsRefusedBeforeAnythingIsDecrypted) {
  const auto key = Key::make();
  const auto stored = sealed(key, kId, random_bytes(10, 6), Ending::kClosed);
  SegmentHeader header;
  std::copy_n(stored.begin(), header.size(), header.begin());
  const auto other = SegmentOpener::open(Key::make(), kId, header);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().code, ErrorCode::kCorrupt);
}

TEST(Segment, BytesOfAnotherSegmentAreRefused) {
  const auto key = Key::make();
  const auto plain = random_bytes(10, 7);
  const auto stored = sealed(key, kId, plain, Ending::kClosed);
  const auto other_id = make_uuid(Instant{});
  EXPECT_FALSE(opened(key, other_id, stored, plain.size(), Ending::kClosed).has_value());
}

TEST(SegmentDeathTest, NothingIsSealedAfterTheLastChunkNorAShortOneBeforeIt) {
  Buffer out(10 + AesGcm::kTagBytes);
  const Buffer plain(10);
  SegmentSealer sealer(Key::make(), kId);
  EXPECT_DEATH(sealer.seal(plain, false, out), "");
  sealer.seal(plain, true, out);
  EXPECT_DEATH(sealer.seal(plain, true, out), "");
}

}  // namespace
}  // namespace cairn::crypt
