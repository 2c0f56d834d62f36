#include "cairn/api/upload_aim.h"

#include <fmt/format.h>

#include "cairn/api/folders.h"

namespace cairn::api {
namespace {

// The folder that something is to be put into, or the file that gets new content, with its space.
struct Place {
  tree::SpaceId space;
  tree::NodeId node;
};
struct FindPlace {
  account::Principal who;
  std::optional<tree::NodeId> node;  // none: one's own space

  Place run(db::Snapshot& snapshot) const {
    if (!node) {
      const auto home = tree::require_home(snapshot, who.person);
      return {.space = home.id, .node = home.root};
    }
    return {.space = tree::authorize(snapshot, who, tree::Action::kWrite, *node).node.space, .node = *node};
  }
};

template <class IdType>
std::optional<IdType> id_in(const Metadata& metadata, std::string_view key) {
  const auto text = value_of(metadata, key);
  if (!text) return std::nullopt;
  const auto id = IdType::parse(*text);
  if (!id)
    throw Failure({ErrorCode::kInvalidInput, fmt::format("{} in Upload-Metadata is no id of that kind.", key), std::string(key)});
  return id;
}

// What would be overlooked would give a false sense of safety.
[[noreturn]] void refuse_beside(std::string_view key, std::string_view other) {
  throw Failure({ErrorCode::kInvalidInput, fmt::format("{} says nothing beside {}.", key, other), std::string(key)});
}

}  // namespace

Task<UploadAim> aim_of(const Call& call, Metadata metadata, bool is_part) {
  UploadAim aim;
  aim.to.on_conflict = on_conflict_of(value_of(metadata, "on_conflict"), tree::OnConflict::kFail);
  aim.to.if_version = id_in<tree::VersionId>(metadata, "if_version");
  if (const auto text = value_of(metadata, "modified_at")) {
    aim.to.modified_at = parse_rfc3339(*text);
    if (!aim.to.modified_at)
      throw Failure({ErrorCode::kInvalidInput, "modified_at is a time such as 2026-11-24T21:55:44Z.", "modified_at"});
  }
  const auto file = id_in<tree::NodeId>(metadata, "node_id");
  for (const auto* key : {"name", "relative_path", "on_conflict"})
    if (file && value_of(metadata, key)) refuse_beside(key, "node_id");
  if (!file && aim.to.if_version) refuse_beside("if_version", "a name");
  std::string folders;
  if (!file) {
    auto name = value_of(metadata, "relative_path");
    if (!name) name = value_of(metadata, "name");
    if (!name) name = value_of(metadata, "filename");  // as many clients call it
    if (!name && !is_part) throw Failure({ErrorCode::kInvalidInput, "Upload-Metadata must hold the file's name.", "name"});
    const auto slash = name && value_of(metadata, "relative_path") ? name->rfind('/') : std::string::npos;
    if (slash != std::string::npos) folders = name->substr(0, slash);
    if (name) aim.to.name = value_or_throw(tree::Name::check(slash == std::string::npos ? *name : name->substr(slash + 1)));
  }
  auto find = FindPlace{.who = call.who, .node = file ? file : id_in<tree::NodeId>(metadata, "parent_id")};
  const auto place = co_await call.read(find);
  aim.space = place.space;
  aim.to.node = co_await folder_below(call, place.space, place.node, folders);
  co_return aim;
}

}  // namespace cairn::api
