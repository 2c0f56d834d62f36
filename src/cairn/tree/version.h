#pragma once
#include <optional>
#include <vector>

#include "cairn/content/claims.h"
#include "cairn/tree/request.h"

namespace cairn::tree {

/// One immutable state of a file's content.
struct Version {
  VersionId id{};
  NodeId node{};
  std::int64_t no = 0;
  std::optional<content::BlobId> blob{};  ///< none: no bytes
  std::int64_t size = 0;
  Instant modified_at{};
  std::string media_type{};
  std::int64_t tick = 0;
  account::PersonId author{};
};

/// What a file is to hold. Its bytes are durable already.
struct NewContent {
  VersionId version{};                      ///< fresh; holds the claim on the blob
  std::optional<content::Stored> stored{};  ///< none for a file without bytes
  Instant modified_at;
  std::string media_type;
  std::optional<content::Holder> held_by{};  ///< who has the claim on it until then: an upload, which has recorded it

  [[nodiscard]] std::int64_t size() const { return stored ? static_cast<std::int64_t>(stored->manifest.size) : 0; }
};

/// Adds a version to a file, takes its quota and records its content; the file's row is `node` with its head moved, to be
/// inserted or updated by the caller. Throws Failure(kQuotaExceeded).
void add_version(db::Transaction& tx, const Request& request, Node& node, const NewContent& content, const ledger::Stamp& stamp);

/// Adds a version that holds the same bytes as one of another file. Throws Failure(kQuotaExceeded), kCorrupt if they are damaged.
void add_same_version(db::Transaction& tx, const account::Principal& who, Node& node, const Version& of,
                      const ledger::Stamp& stamp);

[[nodiscard]] std::optional<Version> find_version(db::Snapshot& snapshot, const VersionId& id);

/// A file's versions, the newest first, older than `before` (its number), at most `limit`.
[[nodiscard]] std::vector<Version> list_versions(db::Snapshot& snapshot, const NodeId& node, std::int64_t before,
                                                 std::size_t limit);

}  // namespace cairn::tree
