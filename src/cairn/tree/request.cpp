#include "cairn/tree/request.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cairn/tree/rights.h"

namespace cairn::tree {

void require_rev(const Node& node, const std::optional<std::int64_t>& if_rev) {
  if (!if_rev || *if_rev == node.rev) return;
  throw Failure({ErrorCode::kPreconditionFailed, "It was changed meanwhile. Look at it again, then decide.", "If-Match"});
}

void require_room(const Access& folder, std::int64_t height) {
  if (!folder.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a file; only a folder can hold something."});
  if (folder.in_trash)
    throw Failure({ErrorCode::kInvalidInput, "This folder lies in the trash. Restore it first, or choose another."});
  if (folder.depth() + 1 + static_cast<std::size_t>(height) > kDeepest)
    throw Failure({ErrorCode::kInvalidInput, fmt::format("Folders can lie {} deep in each other at most.", kDeepest)});
}

void require_folder(db::Snapshot& snapshot, const account::Principal& who, const Node& node) {
  require_write(snapshot, who, *node.parent);
}

void require_write(db::Snapshot& snapshot, const account::Principal& who, const NodeId& folder) {
  try {
    authorize(snapshot, who, Action::kWrite, folder);
  } catch (const Failure& failure) {
    const auto code = failure.error().code;
    if (code != ErrorCode::kNotFound && code != ErrorCode::kDenied) throw;
    throw Failure({ErrorCode::kDenied, "You may change this, but not the folder that it lies in."});
  }
}

std::string detail_of(std::initializer_list<std::pair<std::string_view, std::string_view>> texts) {
  boost::json::object detail;
  for (const auto& [name, text] : texts) detail[name] = text;
  return boost::json::serialize(detail);
}

}  // namespace cairn::tree
