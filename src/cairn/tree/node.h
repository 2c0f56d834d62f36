#pragma once
// tree/: spaces and the nodes in them, versions, trash, history, quota, grants and authorize(): the heart. Each change is an
// operation in a file of its own, which authorizes itself, writes its event and keeps its answer, all in one transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cairn/account/principal.h"
#include "cairn/base/id.h"
#include "cairn/base/time.h"

namespace cairn::tree {

struct SpaceKind {
  static constexpr std::string_view kPrefix = "space";
};
using SpaceId = Id<SpaceKind>;

struct NodeIdKind {
  static constexpr std::string_view kPrefix = "node";
};
using NodeId = Id<NodeIdKind>;

struct VersionKind {
  static constexpr std::string_view kPrefix = "ver";
};
using VersionId = Id<VersionKind>;

/// The numbers order listings: folders first.
enum class NodeKind : std::uint8_t { kFolder = 0, kFile = 1 };

/// Bits of Node::flags.
inline constexpr std::int64_t kHasGrants = 1;
inline constexpr std::int64_t kCutsInheritance = 2;  ///< of those above, only managers of the space count from here on
inline constexpr std::int64_t kIsTrash = 32;         ///< the root of what was thrown away
inline constexpr std::int64_t kIsGone = 64;          ///< the root or the trash of a space on its way out: nobody may below it

/// The root has depth 0.
inline constexpr std::size_t kDeepest = 128;

/// A file or a folder, as it is now.
struct Node {
  NodeId id{};
  SpaceId space{};
  std::optional<NodeId> parent{};  ///< none for a space's root and its trash
  NodeKind kind = NodeKind::kFolder;
  std::string name{};                  ///< NFC
  std::optional<VersionId> version{};  ///< what a file holds now
  std::int64_t version_no = 0;
  std::int64_t size = 0;  ///< bytes
  Instant modified_at{};  ///< of a file's content, as its author says
  account::PersonId modified_by{};
  std::string media_type{};
  std::int64_t height = 0;  ///< upper bound of the levels below
  std::int64_t flags = 0;
  std::int64_t valid_from = 0;  ///< the tick since which it has its place and name
  std::int64_t rev = 0;         ///< seq of its last change
  Instant created_at{};
  account::PersonId created_by{};

  [[nodiscard]] bool is_folder() const { return kind == NodeKind::kFolder; }
  friend bool operator==(const Node&, const Node&) = default;
};

/// The version's id names its content exactly: the ETag of content.
[[nodiscard]] inline std::string content_etag(const Node& node) {
  return node.version ? "\"" + node.version->text() + "\"" : std::string();
}
/// Names the state of a node's own data.
[[nodiscard]] inline std::string node_etag(const Node& node) { return "\"r" + std::to_string(node.rev) + "\""; }

/// A node written down as the answer of an operation, and read again.
[[nodiscard]] std::string to_answer(const Node& node);
/// Throws Failure(kCorrupt) if it was not written by to_answer().
[[nodiscard]] Node node_from_answer(std::string_view answer);

}  // namespace cairn::tree
