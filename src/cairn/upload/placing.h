#pragma once
#include "cairn/tree/put_file.h"
#include "cairn/upload/upload.h"

namespace cairn::upload {

/// Throws what place() would, as things are now.
void require_placeable(db::Snapshot& snapshot, const tree::Request& request, const tree::SpaceId& space, const Destination& to);

/// Puts content, which the upload has recorded and claims, where it is to be: tree::PutFile, or PutVersion, with their errors.
/// `head`: its first bytes, which tell what it is. Gives the file.
tree::Node place(db::Transaction& tx, const tree::Request& request, const Upload& upload, const content::Stored& stored,
                 std::span<const std::byte> head);

}  // namespace cairn::upload
