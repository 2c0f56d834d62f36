#include "cairn/tree/create_folder.h"

namespace cairn::tree {

Node CreateFolder::run(db::Transaction& tx) const {
  return once(tx, request.operation, [&] {
    if (on_conflict == OnConflict::kReplace)
      throw Failure({ErrorCode::kInvalidInput, "A folder replaces nothing: choose fail or rename.", "on_conflict"});
    const auto spot = find_spot(tx, request.who, parent, name, on_conflict, 0);
    const auto now = tx.now();
    Node folder{.id = NodeId::make(now),
                .space = space,
                .parent = parent,
                .modified_at = now,
                .modified_by = request.who.person,
                .created_at = now,
                .created_by = request.who.person};
    const auto stamp = request.tell(tx, spot.space,
                                    {.kind = "node.created",
                                     .subject = folder.id.uuid(),
                                     .path_before = {},
                                     .path_after = spot.folder.path_below(),
                                     .detail = detail_of({{"kind", "folder"}, {"name", spot.name.text()}})});
    fill_spot(tx, spot, folder, stamp);
    return folder;
  });
}

}  // namespace cairn::tree
