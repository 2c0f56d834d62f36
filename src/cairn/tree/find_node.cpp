#include "cairn/tree/find_node.h"

#include "cairn/base/error.h"

namespace cairn::tree {
namespace {

SeenNode seen(const Access& access) { return {.node = access.node, .role = access.role, .in_trash = access.in_trash}; }

std::vector<Name> names_in(std::string_view path) {
  std::vector<Name> names;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (end > begin) names.push_back(value_or_throw(Name::check(path.substr(begin, end - begin))));
    begin = end + 1;
  }
  return names;
}

}  // namespace

SeenNode StatNode::run(db::Snapshot& snapshot) const { return seen(authorize(snapshot, who, Action::kRead, node)); }

SeenNode FindByPath::run(db::Snapshot& snapshot) const {
  const Failure not_there({ErrorCode::kNotFound, "There is no such file or folder."});
  const auto names = names_in(path);  // first, so that what is wrong with a name says nothing of what is there
  const auto found = find_space(snapshot, space);
  if (!found) throw not_there;
  auto at = found->root;
  for (const auto& name : names) {
    const auto child = find_child(snapshot, at, name, found->name_rule);
    if (!child) throw not_there;
    at = child->id;
  }
  return seen(authorize(snapshot, who, Action::kRead, at));
}

FoundContent FindContent::run(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, who, Action::kRead, node);
  if (access.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a folder; only a file has content."});
  if (version && version != access.node.version) authorize(snapshot, who, Action::kReadHistory, node);
  auto found = find_version(snapshot, version.value_or(access.node.version.value()));
  if (!found || found->node != node) throw Failure({ErrorCode::kNotFound, "The file has no such version."});
  return {.node = access.node, .version = *std::move(found)};
}

}  // namespace cairn::tree
