#include "cairn/base/id.h"

#include <array>
#include <cstdint>
#include <span>

#include "cairn/base/random.h"

namespace cairn {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kLetters = 26;  // 130 bits hold 128: the first letter carries three

// Random bytes for ids, fetched many at a time: a system call for each would be felt in each request. Ids are no secrets.
void take_random(Uuid& uuid) {
  constexpr std::size_t kIdsAtOnce = 64;
  thread_local std::array<Uuid, kIdsAtOnce> fetched;
  thread_local std::size_t used = kIdsAtOnce;
  if (used == kIdsAtOnce) {
    fill_random(std::as_writable_bytes(std::span(fetched)));
    used = 0;
  }
  uuid = fetched[used++];
}

}  // namespace

Uuid make_uuid(Instant now) {
  Uuid uuid;
  take_random(uuid);
  const auto millis = static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) uuid[i] = static_cast<std::byte>(millis >> (40 - 8 * i));
  uuid[6] = (uuid[6] & std::byte{0x0f}) | std::byte{0x70};  // version 7
  uuid[8] = (uuid[8] & std::byte{0x3f}) | std::byte{0x80};  // variant of RFC 9562
  return uuid;
}

std::string encode_base32(const Uuid& uuid) {
  unsigned __int128 bits = 0;
  for (const auto byte : uuid) bits = bits << 8 | std::to_integer<unsigned>(byte);
  std::string text(kLetters, '0');
  for (std::size_t i = kLetters; i-- > 0; bits >>= 5) text[i] = kAlphabet[static_cast<std::size_t>(bits & 31)];
  return text;
}

std::optional<Uuid> decode_base32(std::string_view text) {
  if (text.size() != kLetters || text.front() > '7') return std::nullopt;
  unsigned __int128 bits = 0;
  for (const char letter : text) {
    const auto value = kAlphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 5 | value;
  }
  Uuid uuid;
  for (std::size_t i = uuid.size(); i-- > 0; bits >>= 8) uuid[i] = static_cast<std::byte>(bits & 0xff);
  return uuid;
}

}  // namespace cairn
