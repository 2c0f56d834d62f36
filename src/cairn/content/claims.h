#pragma once
#include <optional>

#include "cairn/content/growing_blob.h"
#include "cairn/db/transaction.h"

namespace cairn::content {

/// Who refers to a blob: the id of a version or an upload.
using Holder = Uuid;

/// Why a blob lost its last claim. What no cause explains counts towards the breaker of the garbage collection.
enum class DoomCause : std::uint8_t {
  kUnexplained = 0,
  kPurged = 1,     ///< somebody deleted it for good
  kPruned = 2,     ///< retention let a former version go
  kAbandoned = 3,  ///< an upload expired or was given up
};

/// Writes a blob's rows with its first claim. Its objects are durable already: blob first, row second.
void record(db::Transaction& tx, const Manifest& manifest, const ManifestMac& mac, const Holder& holder);

/// Records a step of a growing blob, its first with the claim of whoever grows it. Throws Failure(kConflict) unless it is as it
/// was before the step: somebody else has gone on with it.
void record_step(db::Transaction& tx, const GrowthStep& step, const Holder& holder);

/// Makes one blob of several that are whole and claimed by one holder each: their segments become its own, in that order, and
/// they are no more. Throws Failure(kConflict) if one of them does not live or has another claim.
struct Part {
  BlobId blob;
  Holder holder;
};
void record_joined(db::Transaction& tx, const Manifest& joined, const ManifestMac& mac, std::span<const Part> parts,
                   const Holder& holder);

/// Gives one holder's claim to another. Throws Failure(kConflict) if the blob does not live, or is not claimed by it.
void hand_over(db::Transaction& tx, const BlobId& blob, const Holder& from, const Holder& to);

/// Adds a claim. False if the blob does not live any more: a doomed one never comes back, the caller stores the bytes anew.
[[nodiscard]] bool claim(db::Transaction& tx, const BlobId& blob, const Holder& holder);

/// Takes a claim back; one that is gone already is no error. A blob without claims is doomed from now on.
void release(db::Transaction& tx, const BlobId& blob, const Holder& holder, DoomCause cause);

/// True if that holder has a claim on a blob that lives.
[[nodiscard]] bool has_claim(db::Snapshot& snapshot, const BlobId& blob, const Holder& holder);

/// The bytes of a blob, whatever its state; nothing if there is none.
[[nodiscard]] std::optional<std::uint64_t> size_of(db::Snapshot& snapshot, const BlobId& blob);

/// BLAKE3 of a blob's bytes, if it is known by now.
[[nodiscard]] std::optional<crypt::Blake3::Digest> find_digest(db::Snapshot& snapshot, const BlobId& blob);

/// What a reader and what the scrubber may be shown.
enum class Show { kReadable, kDamagedToo };

/// The manifest of a blob, with the wrapped keys for its own scope; nothing if there is none. kCorrupt if `mac_key` did not make
/// its MAC, or if the blob is marked as damaged, unless `show` asks for those too.
[[nodiscard]] Result<std::optional<Manifest>> find_manifest(db::Snapshot& snapshot, const crypt::Key& mac_key, const BlobId& blob,
                                                            Show show);

}  // namespace cairn::content
