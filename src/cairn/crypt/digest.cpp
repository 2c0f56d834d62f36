#include "cairn/crypt/digest.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>
#include <type_traits>

#include <blake3.h>
#include <libdeflate.h>
#include <zlib.h>

namespace cairn::crypt {
namespace {

// What a saved state begins with: it is the library's own, of this version and this machine's byte order.
constexpr std::string_view kSavedBy = "blake3 " BLAKE3_VERSION_STRING " le";
static_assert(std::endian::native == std::endian::little && std::is_trivially_copyable_v<blake3_hasher>);

}  // namespace

struct Blake3::State {
  State() { blake3_hasher_init(&hasher); }
  blake3_hasher hasher;
};

Blake3::Blake3() : state_(std::make_unique<State>()) {}
Blake3::~Blake3() = default;
Blake3::Blake3(Blake3&&) noexcept = default;
Blake3& Blake3::operator=(Blake3&&) noexcept = default;

void Blake3::update(std::span<const std::byte> bytes) { blake3_hasher_update(&state_->hasher, bytes.data(), bytes.size()); }

Blake3::Digest Blake3::digest() const {
  Digest digest;
  blake3_hasher_finalize(&state_->hasher, reinterpret_cast<std::uint8_t*>(digest.data()), digest.size());
  return digest;
}

std::vector<std::byte> Blake3::saved() const {
  const auto mark = std::as_bytes(std::span(kSavedBy));
  std::vector<std::byte> saved(mark.begin(), mark.end());
  saved.resize(mark.size() + sizeof(blake3_hasher));
  std::memcpy(saved.data() + mark.size(), &state_->hasher, sizeof(blake3_hasher));
  return saved;
}

std::optional<Blake3> Blake3::restored(std::span<const std::byte> saved) {
  const auto mark = std::as_bytes(std::span(kSavedBy));
  if (saved.size() != mark.size() + sizeof(blake3_hasher) || !std::ranges::equal(saved.first(mark.size()), mark))
    return std::nullopt;
  Blake3 hasher;
  std::memcpy(&hasher.state_->hasher, saved.data() + mark.size(), sizeof(blake3_hasher));
  return hasher;
}

void Crc32::update(std::span<const std::byte> bytes) { value_ = libdeflate_crc32(value_, bytes.data(), bytes.size()); }

std::uint32_t Crc32::joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_bytes) {
  return static_cast<std::uint32_t>(crc32_combine64(first, second, static_cast<z_off64_t>(second_bytes)));
}

}  // namespace cairn::crypt
