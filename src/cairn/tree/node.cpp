#include "cairn/tree/node.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/base/error.h"

namespace cairn::tree {
namespace {

namespace json = boost::json;

template <class IdType>
IdType id_of(const json::object& from, std::string_view name) {
  const auto id = IdType::parse(from.at(name).as_string());
  if (!id) throw Failure({ErrorCode::kCorrupt, "A stored answer is damaged."});
  return *id;
}

template <class IdType>
std::optional<IdType> optional_id_of(const json::object& from, std::string_view name) {
  if (!from.contains(name)) return std::nullopt;
  return id_of<IdType>(from, name);
}

Instant time_of(const json::object& from, std::string_view name) {
  return Instant(std::chrono::microseconds(from.at(name).as_int64()));
}

std::int64_t microseconds(Instant when) { return when.time_since_epoch().count(); }

Node node_of(const json::object& from) {
  return {.id = id_of<NodeId>(from, "id"),
          .space = id_of<SpaceId>(from, "space"),
          .parent = optional_id_of<NodeId>(from, "parent"),
          .kind = from.at("kind").as_int64() == 0 ? NodeKind::kFolder : NodeKind::kFile,
          .name = std::string(from.at("name").as_string()),
          .version = optional_id_of<VersionId>(from, "version"),
          .version_no = from.at("version_no").as_int64(),
          .size = from.at("size").as_int64(),
          .modified_at = time_of(from, "modified_at"),
          .modified_by = id_of<account::PersonId>(from, "modified_by"),
          .media_type = std::string(from.at("media_type").as_string()),
          .height = from.at("height").as_int64(),
          .flags = from.at("flags").as_int64(),
          .valid_from = from.at("valid_from").as_int64(),
          .rev = from.at("rev").as_int64(),
          .created_at = time_of(from, "created_at"),
          .created_by = id_of<account::PersonId>(from, "created_by")};
}

}  // namespace

std::string to_answer(const Node& node) {
  json::object to{{"id", node.id.text()},
                  {"space", node.space.text()},
                  {"kind", static_cast<int>(node.kind)},
                  {"name", node.name},
                  {"version_no", node.version_no},
                  {"size", node.size},
                  {"modified_at", microseconds(node.modified_at)},
                  {"modified_by", node.modified_by.text()},
                  {"media_type", node.media_type},
                  {"height", node.height},
                  {"flags", node.flags},
                  {"valid_from", node.valid_from},
                  {"rev", node.rev},
                  {"created_at", microseconds(node.created_at)},
                  {"created_by", node.created_by.text()}};
  if (node.parent) to["parent"] = node.parent->text();
  if (node.version) to["version"] = node.version->text();
  return json::serialize(to);
}

Node node_from_answer(std::string_view answer) {
  try {
    const auto value = json::parse(answer);
    return node_of(value.as_object());
  } catch (const boost::system::system_error&) {
    throw Failure({ErrorCode::kCorrupt, "A stored answer is damaged."});
  } catch (const std::invalid_argument&) {
    throw Failure({ErrorCode::kCorrupt, "A stored answer is damaged."});
  } catch (const std::out_of_range&) {
    throw Failure({ErrorCode::kCorrupt, "A stored answer is damaged."});
  }
}

}  // namespace cairn::tree
