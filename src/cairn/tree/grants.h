#pragma once
#include "cairn/tree/request.h"
#include "cairn/tree/rights.h"

namespace cairn::tree {

struct GrantKind {
  static constexpr std::string_view kPrefix = "grant";
};
using GrantId = Id<GrantKind>;

struct NewGrant {
  NodeId node;
  Uuid subject;  ///< a person, later a group or a link
  Role role = Role::kViewer;
  Instant expires_at{std::chrono::microseconds(kUnlimited)};
  account::PersonId by{};
};

/// Gives a role on a node, in place of the one that the subject may have there. Takes part in an operation that has authorized it
/// and written its event.
void add_grant(db::Transaction& tx, const NewGrant& grant, const ledger::Stamp& stamp);

/// Takes the role back; none is no error.
void remove_grant(db::Transaction& tx, const NodeId& node, const Uuid& subject);

/// Cuts a folder's inheritance, or mends it. Takes part as add_grant().
void set_cut(db::Transaction& tx, const NodeId& folder, bool cut, const ledger::Stamp& stamp);

}  // namespace cairn::tree
