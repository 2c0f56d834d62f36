#pragma once
#include <memory>
#include <optional>

#include "cairn/content/blob_reader.h"
#include "cairn/content/blob_writer.h"
#include "cairn/content/claims.h"
#include "cairn/content/growing_blob.h"
#include "cairn/db/database.h"

namespace cairn::content {

/// The content of an instance: what writes, reads and examines blobs. Safe to use from several threads.
class Content {
 public:
  struct Parts {
    db::Database& database;
    store::ObjectStore& store;
    ScopeKeys& keys;
    const Clock& clock;
  };

  /// `parts` outlive this. `mac_key` is derived from the master key for manifests alone. With `sealed` false new content is
  /// stored as it is; what was sealed is read all the same.
  Content(Parts parts, crypt::Key mac_key, bool sealed) : parts_(parts), mac_key_(std::move(mac_key)), sealed_(sealed) {}

  /// Starts a blob of that scope. `size` if it is known. Throws Failure(kNoSpace, kNotFound for a destroyed scope, …).
  Task<std::unique_ptr<BlobWriter>> begin(Turn turn, Uuid key_scope, std::optional<std::uint64_t> size);

  /// Starts a blob that comes in several goes, or goes on with one: `so_far`, `note` and `size` are what its last step left, the
  /// note empty before the first. Throws as begin(); kCorrupt if they are not of one step of this blob, kUnavailable if its key
  /// is not there.
  Task<std::unique_ptr<GrowingBlob>> grow(Turn turn, Manifest so_far, std::vector<std::byte> note, std::uint64_t size);

  /// What a step leaves for the next go, sealed if `scope_key` is given, with a MAC over it and what it belongs to: whoever
  /// writes to the database can put no other in its place (docs/formats/upload.md).
  [[nodiscard]] std::vector<std::byte> seal_growth_note(const crypt::Key* scope_key, const Manifest& manifest,
                                                        std::span<const std::byte> plain, std::uint64_t size) const;

  /// Starts a segment for one that knows where it belongs. `scope_key` null: plain. Throws as begin().
  Task<std::unique_ptr<SegmentWriter>> begin_segment(Turn turn, Uuid key_scope, const crypt::Key* scope_key,
                                                     crypt::Blake3& digest);

  /// Makes the key of a new scope, durable when this ends, before the transaction that first uses it; and takes it back if that
  /// was refused.
  Task<> add_scope(Turn turn, Uuid key_scope);
  Task<> drop_scope(Turn turn, Uuid key_scope);

  /// What an operation passes to record() for a finished blob.
  [[nodiscard]] ManifestMac mac_of(const Manifest& manifest) const { return manifest_mac(mac_key_, manifest); }

  /// One blob made of several of its scope, for record_joined(). A single one keeps its digest.
  [[nodiscard]] Stored joined(BlobId id, const Uuid& key_scope, std::span<const Manifest> parts) const;

  /// Finishes a blob and makes it durable, for an operation that records it then.
  Task<Stored> finish(BlobWriter& writer);

  /// Removes the objects of a blob that was finished and will not be recorded.
  Task<> drop(Turn turn, Manifest manifest);

  /// Removes the object of the last segment of a step that will not be recorded.
  Task<> drop(Turn turn, const GrowthStep& step);

  /// Of an operation that failed: true if what it was to record may stand in the database all the same, since the end of its
  /// COMMIT is not known. Its objects stay then, and are found by listing if nothing refers to them.
  [[nodiscard]] static bool may_be_recorded(const Failure& failure);

  /// Finishes a blob and records it with its first claim, in this order: a row never refers to bytes that are not durable. If it
  /// cannot be recorded its object is removed.
  Task<Manifest> keep(Turn turn, BlobWriter& writer, Holder holder);

  /// Looks up what a blob consists of, for open(), in a read that has more to look up. kNotFound, kCorrupt.
  [[nodiscard]] Result<Manifest> find(db::Snapshot& snapshot, const BlobId& blob) const;

  /// Opens a range of a blob: the whole blob if none is given. Nothing of it is touched yet. kRangeNotSatisfiable.
  [[nodiscard]] Result<std::unique_ptr<BlobReader>> open(Turn turn, Manifest manifest, std::optional<store::ByteRange> range);
  /// The same in one step: kNotFound, kCorrupt too.
  Task<Result<std::unique_ptr<BlobReader>>> open(Turn turn, BlobId blob, std::optional<store::ByteRange> range);

  /// Reads a blob whole and compares it with its digest and sums. Damage is marked, so that no reader is ever given such bytes
  /// again; a blob that is right is noted as verified now, and its mark taken away if it had one. Only what the bytes prove is
  /// damage: a key or a store that is not there is kUnavailable and changes nothing. kNotFound, kCorrupt with what is wrong, kIo.
  Task<Result<void>> scrub(Turn turn, BlobId blob);

 private:
  [[nodiscard]] SegmentId fresh_segment() const { return SegmentId::make(parts_.clock.now()); }
  [[nodiscard]] crypt::Sha256 mac_of_note(const Manifest& manifest, std::span<const std::byte> note, std::uint64_t size) const;
  Task<Result<void>> examine(Turn turn, const Manifest& manifest);
  Task<bool> has_key(Turn turn, const Manifest& manifest);

  Parts parts_;
  crypt::Key mac_key_;
  bool sealed_;
};

}  // namespace cairn::content
