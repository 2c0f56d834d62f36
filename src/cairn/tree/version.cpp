#include "cairn/tree/version.h"

#include "cairn/tree/quota.h"

namespace cairn::tree {
namespace {

Version version_of(const db::Rows& rows) {
  return {.id = rows.id<VersionId>(0),
          .node = rows.id<NodeId>(1),
          .no = rows.integer(2),
          .blob = rows.is_null(3) ? std::nullopt : std::optional(rows.id<content::BlobId>(3)),
          .size = rows.integer(4),
          .modified_at = rows.instant(5),
          .media_type = std::string(rows.text(6)),
          .tick = rows.integer(7),
          .author = rows.id<account::PersonId>(8)};
}

void insert_version(db::Transaction& tx, const Version& version, std::int64_t seq, const account::Principal& who) {
  constexpr db::Sql kAdd =
      "INSERT INTO version (id, node_id, no, blob_id, size, modified_at, media_type, tick, seq, author_id, credential_id)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  tx.run(kAdd, version.id, version.node, version.no, version.blob, version.size, version.modified_at, version.media_type,
         version.tick, seq, version.author, who.credential);
}

void move_head(Node& node, const Version& version) {
  node.version = version.id;
  node.version_no = version.no;
  node.size = version.size;
  node.modified_at = version.modified_at;
  node.modified_by = version.author;
  node.media_type = version.media_type;
}

}  // namespace

void add_version(db::Transaction& tx, const Request& request, Node& node, const NewContent& content, const ledger::Stamp& stamp) {
  const Version version{.id = content.version,
                        .node = node.id,
                        .no = node.version_no + 1,
                        .blob = content.stored ? std::optional(content.stored->manifest.id) : std::nullopt,
                        .size = content.size(),
                        .modified_at = content.modified_at,
                        .media_type = content.media_type,
                        .tick = stamp.tick,
                        .author = request.who.person};
  take_quota(tx, node.space, version.size);
  if (content.held_by && version.blob) {
    content::hand_over(tx, *version.blob, *content.held_by, version.id.uuid());
  } else if (content.stored) {
    content::record(tx, content.stored->manifest, content.stored->mac, version.id.uuid());
  }
  insert_version(tx, version, stamp.seq, request.who);
  move_head(node, version);
}

void add_same_version(db::Transaction& tx, const account::Principal& who, Node& node, const Version& of,
                      const ledger::Stamp& stamp) {
  auto version = of;
  version.id = VersionId::make(tx.now());
  version.node = node.id;
  version.no = node.version_no + 1;
  version.tick = stamp.tick;
  version.author = who.person;
  take_quota(tx, node.space, version.size);
  if (version.blob && !content::claim(tx, *version.blob, version.id.uuid()))
    throw Failure({ErrorCode::kCorrupt, "The content of a file is damaged, so that it cannot be copied."});
  insert_version(tx, version, stamp.seq, who);
  move_head(node, version);
}

std::optional<Version> find_version(db::Snapshot& snapshot, const VersionId& id) {
  constexpr db::Sql kFind =
      "SELECT id, node_id, no, blob_id, size, modified_at, media_type, tick, author_id FROM version WHERE id = ?";
  auto rows = snapshot.query(kFind, id);
  if (!rows.next()) return std::nullopt;
  return version_of(rows);
}

std::vector<Version> list_versions(db::Snapshot& snapshot, const NodeId& node, std::int64_t before, std::size_t limit) {
  constexpr db::Sql kList =
      "SELECT id, node_id, no, blob_id, size, modified_at, media_type, tick, author_id FROM version"
      " WHERE node_id = ? AND no < ? ORDER BY no DESC LIMIT ?";
  std::vector<Version> versions;
  auto rows = snapshot.query(kList, node, before, limit);
  while (rows.next()) versions.push_back(version_of(rows));
  return versions;
}

}  // namespace cairn::tree
