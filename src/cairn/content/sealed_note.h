#pragma once
#include <vector>

#include "cairn/content/blob.h"

namespace cairn::content {

/// Seals a few bytes as a segment of their own that lies in a row of the database in place of an object
/// (docs/formats/upload.md). `scope_key` wraps its fresh key; null leaves them as they are.
[[nodiscard]] std::vector<std::byte> seal_note(const crypt::Key* scope_key, const Uuid& key_scope, SegmentId id,
                                               std::span<const std::byte> plain);

/// True if opening the note takes the scope's key.
[[nodiscard]] bool is_sealed_note(std::span<const std::byte> note);

/// kCorrupt if it is not what was sealed for that scope; `scope_key` may be null for one that is not sealed.
[[nodiscard]] Result<std::vector<std::byte>> open_note(const crypt::Key* scope_key, const Uuid& key_scope,
                                                       std::span<const std::byte> note);

}  // namespace cairn::content
