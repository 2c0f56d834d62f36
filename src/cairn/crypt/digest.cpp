#include "cairn/crypt/digest.h"

#include <blake3.h>
#include <libdeflate.h>
#include <zlib.h>

namespace cairn::crypt {

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

void Crc32::update(std::span<const std::byte> bytes) { value_ = libdeflate_crc32(value_, bytes.data(), bytes.size()); }

std::uint32_t Crc32::joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_bytes) {
  return static_cast<std::uint32_t>(crc32_combine64(first, second, static_cast<z_off64_t>(second_bytes)));
}

}  // namespace cairn::crypt
