#pragma once
#include <string>

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
  SpaceId space;
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
};

/// Finds a file's content: what it holds now, or a former version. Throws Failure as authorize(kRead, or kReadHistory), kNotFound
/// if it has no such version, kInvalidInput for a folder.
struct FindContent {
  account::Principal who;
  NodeId node;
  std::optional<VersionId> version{};

  FoundContent run(db::Snapshot& snapshot) const;
};

}  // namespace cairn::tree
