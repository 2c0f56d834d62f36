// CFE1: whatever is changed in a sealed segment, it is not opened as if nothing had been. The input is a list of edits: offset (3
// bytes), and what to flip there (1 byte).
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "cairn/crypt/segment.h"

namespace {

using cairn::crypt::AesGcm;
using cairn::crypt::Ending;
using cairn::crypt::Key;
using cairn::crypt::SegmentHeader;
using cairn::crypt::SegmentLayout;
using cairn::crypt::SegmentOpener;
using cairn::crypt::SegmentSealer;

constexpr std::size_t kLength = SegmentLayout::kChunkBytes + 1000;
const cairn::Uuid kId = cairn::make_uuid(cairn::Instant{});
const Key kKey = Key::make();
const SegmentLayout kLayout = *SegmentLayout::of(kLength, Ending::kClosed);

std::vector<std::byte> sealed() {
  const std::vector<std::byte> plain(kLength, std::byte{42});
  SegmentSealer sealer(kKey, kId);
  std::vector<std::byte> stored(kLayout.stored_length());
  std::ranges::copy(sealer.header(), stored.begin());
  for (std::uint64_t i = 0; i < kLayout.chunks(); ++i) {
    const auto size = kLayout.plain_size_of(i);
    const auto out = std::span(stored).subspan(SegmentLayout::chunk_offset(i), size + AesGcm::kTagBytes);
    sealer.seal(std::span(plain).subspan(i * SegmentLayout::kChunkBytes, size), kLayout.is_last(i), out);
  }
  return stored;
}

bool opens(const std::vector<std::byte>& stored) {
  SegmentHeader header;
  std::copy_n(stored.begin(), header.size(), header.begin());
  auto opener = SegmentOpener::open(kKey, kId, header);
  if (!opener) return false;
  for (std::uint64_t i = 0; i < kLayout.chunks(); ++i) {
    std::vector<std::byte> plain(kLayout.plain_size_of(i));
    const auto chunk = std::span(stored).subspan(SegmentLayout::chunk_offset(i), plain.size() + AesGcm::kTagBytes);
    if (!opener->open_chunk(kLayout, i, chunk, plain)) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kSealed = sealed();
  auto changed = kSealed;
  for (; size >= 4; data += 4, size -= 4) {
    const auto offset = (data[0] + (std::size_t{data[1]} << 8) + (std::size_t{data[2]} << 16)) % changed.size();
    changed[offset] ^= static_cast<std::byte>(data[3]);
  }
  if (opens(changed) != (changed == kSealed)) std::abort();
  return 0;
}
