#include "cairn/tree/find_node.h"

#include "cairn/base/error.h"
#include "cairn/tree/space.h"

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

Access access_by_path(db::Snapshot& snapshot, const account::Principal& who, const std::optional<SpaceId>& space,
                      std::string_view path) {
  const Failure not_there({ErrorCode::kNotFound, "There is no such file or folder."});
  const auto names = names_in(path);  // first, so that what is wrong with a name says nothing of what is there
  const auto found = space ? find_space(snapshot, *space) : std::optional(require_home(snapshot, who.person));
  if (!found) throw not_there;
  auto at = found->root;
  for (const auto& name : names) {
    const auto child = find_child(snapshot, at, name, found->name_rule);
    if (!child) throw not_there;
    at = child->id;
  }
  return authorize(snapshot, who, Action::kRead, at);
}

// What a file that may be read holds, now or as of a former version.
FoundContent content_of(db::Snapshot& snapshot, const content::Content& content, const account::Principal& who, Access access,
                        const std::optional<VersionId>& version) {
  if (version && version != access.node.version) authorize(snapshot, who, Action::kReadHistory, access.node.id);
  auto found = find_version(snapshot, version.value_or(access.node.version.value()));
  if (!found || found->node != access.node.id) throw Failure({ErrorCode::kNotFound, "The file has no such version."});
  FoundContent result{.node = std::move(access.node), .version = *std::move(found)};
  if (result.version.blob) {
    result.manifest = content.find(snapshot, *result.version.blob);
    if (*result.manifest) result.digest = (*result.manifest)->digest;
  } else {
    result.digest = crypt::Blake3().digest();
  }
  return result;
}

}  // namespace

SeenNode StatNode::run(db::Snapshot& snapshot) const { return seen(snapshot, authorize(snapshot, who, Action::kRead, node)); }

SeenNode FindByPath::run(db::Snapshot& snapshot) const { return seen(snapshot, access_by_path(snapshot, who, space, path)); }

std::optional<NodeId> FindChild::run(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, who, Action::kRead, folder);
  const auto child = find_child(snapshot, folder, name, require_space(snapshot, access.node.space).name_rule);
  return child ? std::optional(child->id) : std::nullopt;
}

FoundContent FindContent::run(db::Snapshot& snapshot) const {
  auto access = authorize(snapshot, who, Action::kRead, node);
  if (access.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a folder; only a file has content."});
  return content_of(snapshot, *content, who, std::move(access), version);
}

std::variant<NodeId, FoundContent> FindContentByPath::run(db::Snapshot& snapshot) const {
  auto access = access_by_path(snapshot, who, space, path);
  if (access.node.is_folder()) return access.node.id;
  return content_of(snapshot, *content, who, std::move(access), version);
}

}  // namespace cairn::tree
