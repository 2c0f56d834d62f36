#pragma once
#include <optional>
#include <string>
#include <variant>

#include "cairn/content/content.h"
#include "cairn/crypt/digest.h"
#include "cairn/tree/name.h"
#include "cairn/tree/rights.h"
#include "cairn/tree/version.h"

namespace cairn::tree {

/// A node with what somebody may do with it.
struct SeenNode {
  Node node;
  Role role = Role::kNone;
  bool in_trash = false;
  std::optional<crypt::Blake3::Digest> digest{};  ///< of a file's bytes, if it is known and was asked for
};

/// Looks at a node, its digest included. Throws Failure as authorize(kRead).
struct StatNode {
  account::Principal who;
  NodeId node;

  SeenNode run(db::Snapshot& snapshot) const;
};

/// Looks at the node at a path in a space: `Documents/report.pdf`, slashes at its ends and twice in a row meaning nothing; the
/// empty path is the root. Throws Failure as authorize(kRead); kInvalidInput if a part of it can be no name.
struct FindByPath {
  account::Principal who;
  std::optional<SpaceId> space;  ///< none: the person's own
  std::string path;

  SeenNode run(db::Snapshot& snapshot) const;
};

/// Finds a folder's child by its name; nothing if there is none. Throws Failure as authorize(kRead) on the folder.
struct FindChild {
  account::Principal who;
  NodeId folder;
  Name name;

  std::optional<NodeId> run(db::Snapshot& snapshot) const;
};

/// What is to be read of a file.
struct FoundContent {
  Node node;
  Version version;
  std::optional<crypt::Blake3::Digest> digest{};  ///< if it is known
  std::optional<Result<content::Manifest>>
      manifest{};  ///< none for a file without bytes; what is wrong with it is told when it is read
};

/// Finds a file's content: what it holds now, or a former version. Throws Failure as authorize(kRead, or kReadHistory), kNotFound
/// if it has no such version, kInvalidInput for a folder.
struct FindContent {
  account::Principal who;
  const content::Content* content = nullptr;
  NodeId node;
  std::optional<VersionId> version{};

  FoundContent run(db::Snapshot& snapshot) const;
};

/// The same by a path, as FindByPath; of a folder its id.
struct FindContentByPath {
  account::Principal who;
  const content::Content* content = nullptr;
  std::optional<SpaceId> space;
  std::string path;
  std::optional<VersionId> version{};

  std::variant<NodeId, FoundContent> run(db::Snapshot& snapshot) const;
};

}  // namespace cairn::tree
