#include "cairn/content/sealed_note.h"

#include <algorithm>

namespace cairn::content {
namespace {

using crypt::SegmentLayout;

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kFrontBytes = 1 + kIdBytes + std::tuple_size_v<crypt::WrappedKey>;

std::unexpected<Error> damaged() { return failure(ErrorCode::kCorrupt, "What was kept of an upload is damaged."); }

crypt::WrapPlace place_of(const Uuid& key_scope, const Uuid& id) {
  return {.scope = key_scope, .subject = id, .version = kScopeKeyVersion};
}

// How many bytes a sealed stream of that size holds; nothing if no stream has that size.
std::optional<SegmentLayout> layout_of_stored(std::size_t stored) {
  if (stored < SegmentLayout::kHeaderBytes + crypt::AesGcm::kTagBytes) return std::nullopt;
  const auto body = stored - SegmentLayout::kHeaderBytes;
  const auto chunks = (body + SegmentLayout::kSealedChunkBytes - 1) / SegmentLayout::kSealedChunkBytes;
  const auto layout = SegmentLayout::of(body - chunks * crypt::AesGcm::kTagBytes, crypt::Ending::kClosed);
  if (!layout || layout->stored_length() != stored) return std::nullopt;
  return *layout;
}

}  // namespace

std::vector<std::byte> seal_note(const crypt::Key* scope_key, const Uuid& key_scope, SegmentId id,
                                 std::span<const std::byte> plain) {
  std::vector<std::byte> note{static_cast<std::byte>(scope_key == nullptr ? Suite::kPlain : Suite::kCfe1)};
  if (scope_key == nullptr) {
    note.insert(note.end(), plain.begin(), plain.end());
    return note;
  }
  const auto key = crypt::Key::make();
  const auto wrapped = crypt::wrap(*scope_key, place_of(key_scope, id.uuid()), key);
  crypt::SegmentSealer sealer(key, id.uuid());
  for (const auto part :
       {std::span<const std::byte>(id.uuid()), std::span<const std::byte>(wrapped), std::span<const std::byte>(sealer.header())})
    note.insert(note.end(), part.begin(), part.end());
  do {
    const auto chunk = plain.first(std::min(plain.size(), SegmentLayout::kChunkBytes));
    plain = plain.subspan(chunk.size());
    const auto at = note.size();
    note.resize(at + chunk.size() + crypt::AesGcm::kTagBytes);
    sealer.seal(chunk, plain.empty(), std::span(note).subspan(at));
  } while (!plain.empty());
  return note;
}

bool is_sealed_note(std::span<const std::byte> note) {
  return !note.empty() && note.front() == static_cast<std::byte>(Suite::kCfe1);
}

Result<std::vector<std::byte>> open_note(const crypt::Key* scope_key, const Uuid& key_scope, std::span<const std::byte> note) {
  if (note.empty()) return damaged();
  if (!is_sealed_note(note)) return std::vector(note.begin() + 1, note.end());
  const auto layout =
      note.size() < kFrontBytes || scope_key == nullptr ? std::nullopt : layout_of_stored(note.size() - kFrontBytes);
  if (!layout) return damaged();
  Uuid id;
  crypt::WrappedKey wrapped;
  crypt::SegmentHeader header;
  std::ranges::copy(note.subspan(1, id.size()), id.begin());
  std::ranges::copy(note.subspan(1 + kIdBytes, wrapped.size()), wrapped.begin());
  std::ranges::copy(note.subspan(kFrontBytes, header.size()), header.begin());
  const auto key = crypt::unwrap(*scope_key, place_of(key_scope, id), wrapped);
  if (!key) return damaged();
  auto opener = crypt::SegmentOpener::open(*key, id, header);
  if (!opener) return damaged();
  std::vector<std::byte> plain(layout->plain_length());
  const auto sealed = note.subspan(kFrontBytes);
  for (std::uint64_t chunk = 0, at = 0; chunk < layout->chunks(); ++chunk) {
    const auto size = layout->plain_size_of(chunk);
    const auto stored = sealed.subspan(SegmentLayout::chunk_offset(chunk), size + crypt::AesGcm::kTagBytes);
    if (!opener->open_chunk(*layout, chunk, stored, std::span(plain).subspan(at, size))) return damaged();
    at += size;
  }
  return plain;
}

}  // namespace cairn::content
