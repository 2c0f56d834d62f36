#include "cairn/content/content.h"

#include <algorithm>

#include "cairn/base/mutant.h"
#include "cairn/content/sealed_note.h"
#include "cairn/runtime/executor.h"

namespace cairn::content {
namespace {

constexpr std::size_t kReadBytes = 256u << 10;

// Content has no stream of its own: claims are made by the operations of the folders above, in their lanes.
constexpr db::LaneKey kLane{};

struct RecordBlob {
  Manifest manifest;
  ManifestMac mac;
  Holder holder;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  void run(db::Transaction& tx) const { record(tx, manifest, mac, holder); }
};

struct FindManifest {
  const crypt::Key* mac_key;
  BlobId blob;
  Show show;

  Result<std::optional<Manifest>> run(db::Snapshot& snapshot) const { return find_manifest(snapshot, *mac_key, blob, show); }
};

struct NoteScrubbed {
  BlobId blob;
  bool damaged;

  [[nodiscard]] static db::LaneKey lane() { return kLane; }
  void run(db::Transaction& tx) const {
    constexpr db::Sql kVerified = "UPDATE segment SET verified_at = ? WHERE blob_id = ?";
    constexpr db::Sql kDamaged = "UPDATE blob SET state = 3 WHERE id = ? AND state = 0";
    constexpr db::Sql kRight = "UPDATE blob SET state = 0 WHERE id = ? AND state = 3";
    if (damaged) {
      tx.run(kDamaged, blob.bytes());
    } else {
      tx.run(kRight, blob.bytes());
      tx.run(kVerified, tx.now(), blob.bytes());
    }
  }
};

std::unexpected<Error> no_such(const BlobId& blob) {
  return failure(ErrorCode::kNotFound, "There is no such content.", blob.text());
}

}  // namespace

Task<std::unique_ptr<BlobWriter>> Content::begin(Turn turn, Uuid key_scope, std::optional<std::uint64_t> size) {
  std::shared_ptr<const crypt::Key> key;
  if (sealed_) key = co_await parts_.keys.get(turn, key_scope);
  const auto now = parts_.clock.now();
  const SegmentWriter::Place place{.segment = SegmentId::make(now), .key_scope = key_scope, .object = store::ObjectName::make()};
  if (sealed_ && size) {
    const auto layout = crypt::SegmentLayout::of(*size, crypt::Ending::kClosed);
    size = value_or_throw(layout).stored_length();
  }
  auto object = co_await parts_.store.create(turn, place.object, size);
  co_return std::make_unique<BlobWriter>(BlobId::make(now), std::move(object), place, key.get());
}

crypt::Sha256 Content::mac_of_note(const Manifest& manifest, std::span<const std::byte> note, std::uint64_t size) const {
  return growth_note_mac(mac_key_, manifest, note, size);
}

std::vector<std::byte> Content::seal_growth_note(const crypt::Key* scope_key, const Manifest& manifest,
                                                 std::span<const std::byte> plain, std::uint64_t size) const {
  const auto sealed = seal_note(scope_key, manifest.key_scope, fresh_segment(), plain);
  const auto mac = mac_of_note(manifest, sealed, size);
  std::vector<std::byte> note(mac.begin(), mac.end());
  note.insert(note.end(), sealed.begin(), sealed.end());
  return note;
}

Task<std::unique_ptr<GrowingBlob>> Content::grow(Turn turn, Manifest so_far, std::vector<std::byte> note, std::uint64_t size) {
  constexpr auto kMacBytes = sizeof(crypt::Sha256);
  GrowthNote begun{.digest = std::nullopt, .pending = {}};  // all of it has come: its digest is known, or not
  if (so_far.segments.empty()) begun.digest.emplace();
  const auto sealed = std::span<const std::byte>(note).subspan(std::min(note.size(), kMacBytes));
  std::shared_ptr<const crypt::Key> key;
  if (sealed_ || is_sealed_note(sealed)) key = co_await parts_.keys.get(turn, so_far.key_scope);
  if (!note.empty()) {
    const auto mac = std::span<const std::byte>(note).first(note.size() - sealed.size());
    if (!crypt::equal_in_constant_time(mac, mac_of_note(so_far, sealed, size)))
      throw Failure({ErrorCode::kCorrupt, "What was kept of an upload is not of its last step.", so_far.id.text()});
    const auto opened = value_or_throw(open_note(key.get(), so_far.key_scope, sealed));
    begun = value_or_throw(read_growth_note(opened));
  }
  if (so_far.size + begun.pending.size() != size)
    throw Failure({ErrorCode::kCorrupt, "An upload has not the bytes that it says.", so_far.id.text()});
  if (!sealed_) key = nullptr;  // it was sealed when it began: what comes now is as new content is
  co_return std::make_unique<GrowingBlob>(*this, turn, std::move(so_far), std::move(key), std::move(begun.digest),
                                          std::move(begun.pending));
}

Task<std::unique_ptr<SegmentWriter>> Content::begin_segment(Turn turn, Uuid key_scope, const crypt::Key* scope_key,
                                                            crypt::Blake3& digest) {
  const SegmentWriter::Place place{.segment = fresh_segment(), .key_scope = key_scope, .object = store::ObjectName::make()};
  auto object = co_await parts_.store.create(turn, place.object, std::nullopt);
  co_return std::make_unique<SegmentWriter>(std::move(object), place, scope_key, digest);
}

Task<> Content::drop(Turn turn, const GrowthStep& step) {
  if (step.grown) co_await parts_.store.remove(turn, step.manifest.segments.back().object);
}

Task<> Content::add_scope(Turn turn, Uuid key_scope) { co_await parts_.keys.create(turn, key_scope); }

Task<> Content::drop_scope(Turn turn, Uuid key_scope) { co_await parts_.keys.destroy(turn, key_scope); }

Stored Content::joined(BlobId id, const Uuid& key_scope, std::span<const Manifest> parts) const {
  Manifest manifest{.id = id, .key_scope = key_scope, .size = 0, .digest = std::nullopt, .segments = {}};
  for (const auto& part : parts) {
    for (auto segment : part.segments) {
      segment.start += manifest.size;
      manifest.segments.push_back(segment);
    }
    manifest.size += part.size;
  }
  if (parts.size() == 1) manifest.digest = parts.front().digest;
  const auto mac = mac_of(manifest);
  return {.manifest = std::move(manifest), .mac = mac};
}

Task<Stored> Content::finish(BlobWriter& writer) {
  auto manifest = co_await writer.finish();
  const auto mac = mac_of(manifest);
  co_await writer.commit();
  co_return Stored{.manifest = std::move(manifest), .mac = mac};
}

Task<> Content::drop(Turn turn, Manifest manifest) {
  for (const auto& segment : manifest.segments) co_await parts_.store.remove(turn, segment.object);
}

bool Content::may_be_recorded(const Failure& failure) {
  const auto* database = dynamic_cast<const db::DatabaseFailure*>(&failure);
  return database != nullptr && database->failure_class() == db::FailureClass::kAmbiguous;
}

Task<Manifest> Content::keep(Turn turn, BlobWriter& writer, Holder holder) {
  auto manifest = co_await writer.finish();
  const auto mac = mac_of(manifest);
  auto change = RecordBlob{manifest, mac, holder};
  if (!mutant("row_before_blob")) co_await writer.commit();
  std::exception_ptr refused;
  try {
    co_await parts_.database.write(turn, std::move(change));
  } catch (const Failure& failure) {
    if (may_be_recorded(failure)) throw;
    refused = std::current_exception();
  }
  if (refused) {
    co_await drop(turn, manifest);
    std::rethrow_exception(refused);
  }
  if (mutant("row_before_blob")) co_await writer.commit();
  co_return manifest;
}

Result<Manifest> Content::find(db::Snapshot& snapshot, const BlobId& blob) const {
  auto found = find_manifest(snapshot, mac_key_, blob, Show::kReadable);
  if (!found) return failure(found);
  if (!*found) return no_such(blob);
  return **std::move(found);
}

Result<std::unique_ptr<BlobReader>> Content::open(Turn turn, Manifest manifest, std::optional<store::ByteRange> range) {
  const auto wanted = range.value_or(store::ByteRange{0, manifest.size});
  if (wanted.offset > manifest.size || wanted.length > manifest.size - wanted.offset)
    return failure(ErrorCode::kRangeNotSatisfiable, "The range lies outside of the content.", manifest.id.text());
  return std::make_unique<BlobReader>(parts_.store, parts_.keys, turn, std::move(manifest), wanted);
}

Task<Result<std::unique_ptr<BlobReader>>> Content::open(Turn turn, BlobId blob, std::optional<store::ByteRange> range) {
  auto query = FindManifest{&mac_key_, blob, Show::kReadable};
  auto found = co_await parts_.database.read(turn, query);
  if (!found) co_return failure(found);
  if (!*found) co_return no_such(blob);
  co_return open(turn, **std::move(found), range);
}

Task<Result<void>> Content::scrub(Turn turn, BlobId blob) {
  auto query = FindManifest{&mac_key_, blob, Show::kDamagedToo};
  auto found = co_await parts_.database.read(turn, query);
  if (!found) co_return failure(found);  // the rows are wrong: that says nothing of the bytes
  if (!*found) co_return no_such(blob);
  auto examined = co_await examine(turn, **found);
  if (!examined && examined.error().code == ErrorCode::kNotFound) {
    // An object that is gone is damage only where the store is there.
    const auto marker = co_await parts_.store.read_marker(turn);
    if (!marker) co_return failure(ErrorCode::kUnavailable, "The content's store is not there.", blob.text());
  }
  const bool damaged =
      !examined && (examined.error().code == ErrorCode::kCorrupt || examined.error().code == ErrorCode::kNotFound);
  if (examined || damaged) {
    auto note = NoteScrubbed{blob, damaged};
    co_await parts_.database.write(turn, note);
  }
  co_return examined;
}

Task<Result<void>> Content::examine(Turn turn, const Manifest& manifest) {
  const auto wrong = [&] {
    return failure(ErrorCode::kCorrupt, "The stored content is not what was written.", manifest.id.text());
  };
  // A destroyed key says nothing of the bytes, and is not the damage that is looked for.
  if (const bool key_there = co_await has_key(turn, manifest); !key_there)
    co_return failure(ErrorCode::kUnavailable, "The content's key is not there.", manifest.id.text());
  crypt::Blake3 digest;
  std::vector<std::byte> buffer(kReadBytes);
  for (const auto& segment : manifest.segments) {
    parts_.store.let_go(segment.object);
    BlobReader reader(parts_.store, parts_.keys, turn, manifest, {segment.start, segment.length});
    crypt::Crc32 crc32;
    std::optional<Error> failed;
    try {
      for (;;) {
        const auto got = co_await reader.read(buffer);
        if (got == 0) break;
        digest.update(std::span(buffer).first(got));
        crc32.update(std::span(buffer).first(got));
        co_await Yield{};  // what lies in memory comes without a wait, all of a large blob in one go
      }
    } catch (const Failure& failure) {
      failed = failure.error();
    }
    if (failed) co_return std::unexpected(*failed);
    if (crc32.value() != segment.crc32) co_return wrong();
  }
  if (manifest.digest && digest.digest() != *manifest.digest) co_return wrong();
  co_return Result<void>();
}

Task<bool> Content::has_key(Turn turn, const Manifest& manifest) {
  if (std::ranges::none_of(manifest.segments, [](const Segment& segment) { return segment.suite == Suite::kCfe1; }))
    co_return true;
  bool there = true;
  try {
    co_await parts_.keys.get(turn, manifest.key_scope);
  } catch (const Failure&) {  // whatever is wrong with it, the bytes cannot be examined
    there = false;
  }
  co_return there;
}

}  // namespace cairn::content
