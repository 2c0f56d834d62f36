#include "cairn/tree/find_node.h"

#include "cairn/base/error.h"

namespace cairn::tree {
namespace {

std::optional<crypt::Blake3::Digest> digest_of(db::Snapshot& snapshot, const std::optional<content::BlobId>& blob) {
  if (!blob) return crypt::Blake3().digest();
  return content::find_digest(snapshot, *blob);
}

SeenNode seen(db::Snapshot& snapshot, const Access& access) {
  SeenNode seen{.node = access.node, .role = access.role, .in_trash = access.in_trash};
  if (!access.node.version) return seen;
  if (const auto version = find_version(snapshot, *access.node.version)) seen.digest = digest_of(snapshot, version->blob);
  return seen;
}

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

SeenNode StatNode::run(db::Snapshot& snapshot) const { return seen(snapshot, authorize(snapshot, who, Action::kRead, node)); }

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
  return seen(snapshot, authorize(snapshot, who, Action::kRead, at));
}

std::optional<NodeId> FindChild::run(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, who, Action::kRead, folder);
  const auto child = find_child(snapshot, folder, name, require_space(snapshot, access.node.space).name_rule);
  return child ? std::optional(child->id) : std::nullopt;
}

FoundContent FindContent::run(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, who, Action::kRead, node);
  if (access.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a folder; only a file has content."});
  if (version && version != access.node.version) authorize(snapshot, who, Action::kReadHistory, node);
  auto found = find_version(snapshot, version.value_or(access.node.version.value()));
  if (!found || found->node != node) throw Failure({ErrorCode::kNotFound, "The file has no such version."});
  const auto digest = digest_of(snapshot, found->blob);
  return {.node = access.node, .version = *std::move(found), .digest = digest};
}

}  // namespace cairn::tree
