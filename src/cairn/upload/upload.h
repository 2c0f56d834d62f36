#pragma once
// upload/: uploads that come in several goes. Each go leaves its bytes durable as segments of a blob that the upload claims; in
// the end rows alone change: the blob becomes a version, or several become one. Who may put what where is tree's to say. Knows no
// protocol.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cairn/content/blob.h"
#include "cairn/tree/request.h"

namespace cairn::upload {

struct UploadIdKind {
  static constexpr std::string_view kPrefix = "upload";
};
using UploadId = Id<UploadIdKind>;

/// The numbers stand in the database.
enum class Kind : std::uint8_t {
  kWhole = 0,   ///< becomes a file
  kPart = 1,    ///< becomes part of one, with others
  kJoined = 2,  ///< was made of parts
};
enum class State : std::uint8_t { kOpen = 0, kDone = 1 };

/// Where a file is to be put.
struct Destination {
  tree::NodeId node{};               ///< the folder that it goes into; without `name` the file that gets new content
  std::optional<tree::Name> name{};  ///< a part may leave it to the end
  tree::OnConflict on_conflict = tree::OnConflict::kFail;
  std::optional<tree::VersionId> if_version{};  ///< only if this is still the file's content
  std::optional<Instant> modified_at{};         ///< the time that the file is to have; none: that of its end
};

struct Upload {
  UploadId id{};
  tree::SpaceId space{};
  account::PersonId person{};
  Kind kind = Kind::kWhole;
  State state = State::kOpen;
  std::optional<std::int64_t> size{};  ///< none while the client does not know it
  std::int64_t received = 0;           ///< durable bytes
  std::int64_t reserved = 0;           ///< of the space's quota
  content::BlobId blob{};              ///< there once it has a segment
  Destination to{};
  std::string metadata{};  ///< as the client has sent it
  std::string parts{};     ///< of one that was joined: the same
  Instant created_at{};
  Instant expires_at{};
  std::optional<tree::NodeId> node{};  ///< of one that is done: what it became
  std::int64_t fence = 0;              ///< rises with each go
  Instant lease_until{};               ///< until then nobody else goes on with it

  [[nodiscard]] bool is_received() const { return size == received; }
};

/// Bounds, each a key of the configuration.
struct Limits {
  std::chrono::microseconds keep = std::chrono::hours(24 * 7);              ///< without a byte
  std::chrono::microseconds keep_done = std::chrono::hours(24);             ///< what became of it can be asked for so long
  std::chrono::microseconds lease = std::chrono::seconds(15);               ///< a go that is silent for so long can be taken over
  std::uint64_t checkpoint_bytes = 64u << 20;                               ///< a go makes durable what came, at least so often,
  std::chrono::microseconds checkpoint_interval = std::chrono::minutes(5);  ///< and after so long
  std::uint64_t most_segments = 1'000;                                      ///< of one go: a large upload has larger segments
  std::size_t most_open = 1'000;                                            ///< of one person
  std::size_t most_parts = 250;                                             ///< of one file
};

/// Nothing if there is none.
[[nodiscard]] std::optional<Upload> find_upload(db::Snapshot& snapshot, const UploadId& id);

/// Throws Failure(kNotFound) unless it is the person's own, kGone if its time is over.
[[nodiscard]] Upload require_upload(db::Snapshot& snapshot, const account::Principal& who, const UploadId& id);

/// Writes a new one.
void insert_upload(db::Transaction& tx, const Upload& upload, const Uuid& holder);

/// What the last step of an upload has left for the next go, sealed; empty if nothing.
[[nodiscard]] std::vector<std::byte> find_note(db::Snapshot& snapshot, const UploadId& id);

/// Removes the row, and gives back what it has reserved. Of its content nothing.
void remove_upload(db::Transaction& tx, const Upload& upload);

/// Uploads of a person that are not done, the newest first.
struct ListUploads {
  account::Principal who;
  std::size_t limit = 100;
  std::optional<UploadId> after{};

  std::vector<Upload> run(db::Snapshot& snapshot) const;
};

/// Looks at one. Throws as require_upload().
struct FindUpload {
  account::Principal who;
  UploadId id;

  Upload run(db::Snapshot& snapshot) const { return require_upload(snapshot, who, id); }
};

}  // namespace cairn::upload
