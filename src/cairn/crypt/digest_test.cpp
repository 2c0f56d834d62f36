#include "cairn/crypt/digest.h"

#include <vector>

#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::crypt {
namespace {

// The input of the official test vectors: 0, 1, … 250, and again.
std::vector<std::byte> vector_input(std::size_t length) {
  std::vector<std::byte> bytes(length);
  for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<std::byte>(i % 251);
  return bytes;
}

std::string blake3_of(std::span<const std::byte> bytes) {
  Blake3 hasher;
  hasher.update(bytes);
  return hex(hasher.digest());
}

// From test_vectors.json of the BLAKE3 repository: lengths 0, 1 and 1024.
TEST(Blake3, IsWhatItsVectorsSay) {
  EXPECT_EQ(blake3_of({}), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  EXPECT_EQ(blake3_of(vector_input(1)), "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213");
  EXPECT_EQ(blake3_of(vector_input(1024)), "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7");
}

TEST(Blake3, DoesNotDependOnHowTheBytesCame) {
  const auto input = vector_input(300'000);
  Blake3 hasher;
  for (std::size_t at = 0, step = 1; at < input.size(); step = step * 3 % 70'001 + 1) {
    const auto length = std::min(step, input.size() - at);
    hasher.update(std::span(input).subspan(at, length));
    at += length;
  }
  EXPECT_EQ(hex(hasher.digest()), blake3_of(input));
}

TEST(Crc32, IsThatOfZipAndJoins) {
  Crc32 whole;
  whole.update(label("123456789"));
  EXPECT_EQ(whole.value(), 0xcbf43926u) << "the check value of CRC-32/ISO-HDLC";
  Crc32 first;
  Crc32 second;
  first.update(label("1234"));
  second.update(label("56789"));
  EXPECT_EQ(Crc32::joined(first.value(), second.value(), 5), whole.value());
  EXPECT_EQ(Crc32::joined(whole.value(), 0, 0), whole.value());
}

}  // namespace
}  // namespace cairn::crypt
