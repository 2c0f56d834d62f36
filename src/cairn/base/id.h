#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cairn/base/time.h"

namespace cairn {

/// 16 bytes of identity: UUIDv7 (RFC 9562 §5.7), a millisecond time followed by 74 random bits. Used as identity only,
/// never for order and never as a secret: its time can be guessed.
using Uuid = std::array<std::byte, 16>;

/// A fresh UUIDv7 stamped with `now`.
[[nodiscard]] Uuid make_uuid(Instant now);

/// 26 letters of Crockford's base 32 in lower case, as TypeID 0.3 prescribes for its suffix.
[[nodiscard]] std::string encode_base32(const Uuid& uuid);

/// The inverse; nothing unless `text` is exactly what encode_base32 gives for some id.
[[nodiscard]] std::optional<Uuid> decode_base32(std::string_view text);

/// An id of one kind of thing. Ids of different kinds do not mix: `Id<struct Node>` is another type than `Id<struct
/// Blob>`. `Kind` has a `static constexpr std::string_view kPrefix`, the TypeID prefix: `node`, `space` …
template <class Kind>
class Id {
 public:
  constexpr Id() = default;  ///< all zero: no thing has this id
  explicit constexpr Id(const Uuid& uuid) : uuid_(uuid) {}

  /// A fresh id.
  [[nodiscard]] static Id make(Instant now) { return Id(make_uuid(now)); }

  /// From its written form, `node_01h455vb4pex5vsknk084sn02q`; nothing if the prefix is another or the rest is no id.
  [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
    if (!text.starts_with(Kind::kPrefix) || text.substr(Kind::kPrefix.size()).substr(0, 1) != "_") return std::nullopt;
    const auto uuid = decode_base32(text.substr(Kind::kPrefix.size() + 1));
    if (!uuid) return std::nullopt;
    return Id(*uuid);
  }

  /// The written form (a TypeID, https://github.com/jetify-com/typeid).
  [[nodiscard]] std::string text() const { return std::string(Kind::kPrefix) + "_" + encode_base32(uuid_); }

  [[nodiscard]] std::span<const std::byte, 16> bytes() const { return uuid_; }
  [[nodiscard]] const Uuid& uuid() const { return uuid_; }

  friend constexpr bool operator==(const Id&, const Id&) = default;
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  Uuid uuid_{};
};

}  // namespace cairn

template <class Kind>
struct std::hash<cairn::Id<Kind>> {
  std::size_t operator()(const cairn::Id<Kind>& id) const noexcept {
    std::size_t random = 0;  // the last eight bytes of a UUIDv7 are random but for two bits
    std::memcpy(&random, id.bytes().data() + 8, sizeof random);
    return random;
  }
};
