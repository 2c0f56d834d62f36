#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace cairn::crypt {

/// BLAKE3 (https://github.com/BLAKE3-team/BLAKE3-specs) of a stream: the digest of a file's plain bytes.
class Blake3 {
 public:
  using Digest = std::array<std::byte, 32>;

  Blake3();
  ~Blake3();
  Blake3(Blake3&&) noexcept;
  Blake3& operator=(Blake3&&) noexcept;

  void update(std::span<const std::byte> bytes);
  /// The digest of all bytes so far; more may follow.
  [[nodiscard]] Digest digest() const;

  /// The state after the bytes so far, for restored() by whoever goes on later. It can hold up to a kilobyte of them: it is as
  /// secret as they are.
  [[nodiscard]] std::vector<std::byte> saved() const;
  /// Nothing if another version of the library, or another kind of machine, has saved it.
  [[nodiscard]] static std::optional<Blake3> restored(std::span<const std::byte> saved);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// CRC-32 as zip and gzip use it (polynomial 0x04C11DB7, reflected). Sums of parts join without reading the parts again, which is
/// what lets an archive be sent with known sums.
class Crc32 {
 public:
  void update(std::span<const std::byte> bytes);
  [[nodiscard]] std::uint32_t value() const { return value_; }

  /// The sum of two parts one behind the other.
  [[nodiscard]] static std::uint32_t joined(std::uint32_t first, std::uint32_t second, std::uint64_t second_bytes);

 private:
  std::uint32_t value_ = 0;
};

}  // namespace cairn::crypt
