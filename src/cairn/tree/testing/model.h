#pragma once
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cairn/tree/name.h"
#include "cairn/tree/request.h"
#include "cairn/tree/rights.h"

namespace cairn::tree {

/// What the tree should be, in memory and as simple as can be: the oracle of the model test. Nodes are numbers, people are
/// numbers.
class Model {
 public:
  static constexpr int kRoot = 0;
  static constexpr int kTrash = -1;
  static constexpr int kNobody = -2;  ///< no folder

  struct Node {
    int parent = kNobody;
    bool folder = true;
    std::string name{};
    std::vector<std::string> versions{};
    bool cut = false;
    std::map<int, Role> grants{};
    int from = kNobody;  ///< of what was thrown away: the folder that it lay in
    bool gone = false;
    std::optional<NodeId> id{};  ///< once the tree has told it
  };

  Model() { nodes.push_back({.grants = {{0, Role::kManager}}}); }

  [[nodiscard]] bool in_trash(int node) const {
    while (node != kRoot) {
      if (nodes[index(node)].parent == kTrash) return true;
      node = nodes[index(node)].parent;
    }
    return false;
  }
  [[nodiscard]] bool is_above(int folder, int node) const {
    for (; node != kRoot && node >= 0; node = at(node).parent)
      if (at(node).parent == folder) return true;
    return false;
  }
  [[nodiscard]] std::optional<int> child(int folder, const std::string& name) const {
    for (int i = 0; i < size(); ++i)
      if (at(i).parent == folder && !at(i).gone && at(i).name == name) return i;
    return std::nullopt;
  }
  [[nodiscard]] std::vector<int> children(int folder) const {
    std::vector<int> found;
    for (int i = 0; i < size(); ++i)
      if (at(i).parent == folder && !at(i).gone) found.push_back(i);
    return found;
  }

  [[nodiscard]] Role role(int who, int node) const {
    if (at(node).gone) return Role::kNone;
    auto best = Role::kNone;
    bool cut = false;
    for (int step = node; step != kNobody;) {
      const auto found = at(step).grants.find(who);
      const auto granted = found == at(step).grants.end() ? Role::kNone : found->second;
      if (!cut || (step == kRoot && granted == Role::kManager)) best = std::max(best, granted);
      cut = cut || at(step).cut;
      if (at(step).parent == kTrash) {
        const bool lost = at(at(step).from).gone;
        cut = cut || lost;
        step = lost ? kRoot : at(step).from;
      } else {
        step = at(step).parent;
      }
    }
    return in_trash(node) && best < Role::kEditor ? Role::kNone : best;
  }

  /// The operations: the node that they give, nothing if they are refused.
  std::optional<int> create_folder(int who, int folder, const std::string& name, OnConflict on_conflict) {
    if (on_conflict == OnConflict::kReplace || !may_put_into(who, folder)) return std::nullopt;
    const auto free = free_name(folder, name, on_conflict);
    if (!free) return std::nullopt;
    return add({.parent = folder, .folder = true, .name = *free});
  }
  std::optional<int> put_file(int who, int folder, const std::string& name, const std::string& bytes, OnConflict on_conflict) {
    if (!may_put_into(who, folder)) return std::nullopt;
    if (const auto taken = child(folder, name); taken && on_conflict == OnConflict::kReplace)
      return put_version(who, *taken, bytes);
    const auto free = free_name(folder, name, on_conflict);
    if (!free) return std::nullopt;
    return add({.parent = folder, .folder = false, .name = *free, .versions = {bytes}});
  }
  std::optional<int> put_version(int who, int node, const std::string& bytes) {
    if (role(who, node) < Role::kEditor || at(node).folder || in_trash(node)) return std::nullopt;
    at(node).versions.push_back(bytes);
    return node;
  }
  std::optional<int> move(int who, int node, int to, const std::string& name, OnConflict on_conflict) {
    if (role(who, node) < Role::kEditor || node == kRoot || in_trash(node)) return std::nullopt;
    if (to == at(node).parent && name == at(node).name) return node;
    if (role(who, at(node).parent) < Role::kEditor || !may_put_into(who, to)) return std::nullopt;
    if (to == node || is_above(node, to)) return std::nullopt;
    if (to != at(node).parent && role(who, to) > role(who, node)) return std::nullopt;
    const auto taken = child(to, name);
    auto free = std::optional(name);
    if (taken && *taken != node) {
      if (on_conflict == OnConflict::kReplace) {
        if (is_above(*taken, node) || role(who, *taken) < Role::kEditor) return std::nullopt;
        throw_away(*taken);
      } else {
        free = free_name(to, name, on_conflict);
      }
    }
    if (!free) return std::nullopt;
    at(node).parent = to;
    at(node).name = *free;
    return node;
  }
  std::optional<int> copy(int who, int node, int to, OnConflict on_conflict) {
    if (role(who, node) < Role::kViewer || node == kRoot || in_trash(node)) return std::nullopt;
    if (!may_put_into(who, to) || to == node || is_above(node, to)) return std::nullopt;
    const auto name = at(node).name;
    const auto taken = child(to, name);
    auto free = std::optional(name);
    if (taken && on_conflict == OnConflict::kReplace) {
      if (*taken == node || is_above(*taken, node) || role(who, *taken) < Role::kEditor) return std::nullopt;
      throw_away(*taken);
    } else if (taken) {
      free = free_name(to, name, on_conflict);
    }
    if (!free) return std::nullopt;
    return copy_below(who, node, to, *free);
  }
  std::optional<int> trash(int who, int node) {
    if (role(who, node) < Role::kEditor || node == kRoot || in_trash(node)) return std::nullopt;
    if (role(who, at(node).parent) < Role::kEditor) return std::nullopt;
    throw_away(node);
    return node;
  }
  std::optional<int> restore(int who, int node) {
    if (role(who, node) < Role::kEditor || at(node).parent != kTrash) return std::nullopt;
    auto to = at(node).from;
    if (!at(to).gone && role(who, to) < Role::kEditor) return std::nullopt;
    if (at(to).gone || in_trash(to)) to = kRoot;
    if (!may_put_into(who, to)) return std::nullopt;
    const auto free = free_name(to, at(node).name, OnConflict::kRename);
    at(node).parent = to;
    at(node).name = *free;
    at(node).from = kNobody;
    return node;
  }
  bool purge(int who, int node) {
    if (role(who, node) < Role::kManager || node == kRoot) return false;
    if (at(node).folder && role(who, kRoot) < Role::kManager) return false;
    if (!in_trash(node) && role(who, at(node).parent) < Role::kEditor) return false;
    if (in_trash(node) && at(node).parent != kTrash) return false;
    remove(node);
    return true;
  }

  [[nodiscard]] std::int64_t used() const {
    std::int64_t sum = 0;
    for (const auto& node : nodes)
      if (!node.gone)
        for (const auto& version : node.versions) sum += static_cast<std::int64_t>(version.size());
    return sum;
  }

  [[nodiscard]] int size() const { return static_cast<int>(nodes.size()); }
  [[nodiscard]] const Node& at(int node) const { return nodes[index(node)]; }
  Node& at(int node) { return nodes[index(node)]; }

  std::vector<Node> nodes;

 private:
  static std::size_t index(int node) { return static_cast<std::size_t>(node); }

  int add(Node node) {
    nodes.push_back(std::move(node));
    return size() - 1;
  }
  [[nodiscard]] bool may_put_into(int who, int folder) const {
    return role(who, folder) >= Role::kEditor && at(folder).folder && !in_trash(folder);
  }
  void throw_away(int node) {
    at(node).from = at(node).parent;
    at(node).parent = kTrash;
  }
  void remove(int node) {
    for (const int below : children(node)) remove(below);
    at(node).gone = true;
  }
  int copy_below(int who, int node, int to, const std::string& name) {
    const bool folder = at(node).folder;
    const auto versions = folder ? std::vector<std::string>{} : std::vector<std::string>{at(node).versions.back()};
    const auto below = children(node);
    const int made = add({.parent = to, .folder = folder, .name = name, .versions = versions});
    for (const int one : below)
      if (role(who, one) >= Role::kViewer) copy_below(who, one, made, at(one).name);
    return made;
  }
  // Doubling, then halving, as the tree promises to look for a number.
  [[nodiscard]] std::optional<std::string> free_name(int folder, const std::string& name, OnConflict on_conflict) const {
    if (!child(folder, name)) return name;
    if (on_conflict != OnConflict::kRename) return std::nullopt;
    const auto numbered = [&](std::size_t number) { return value_or_throw(Name::check(name)).numbered(number).text(); };
    std::size_t taken = 1;
    std::size_t free = 2;
    for (; child(folder, numbered(free)); free *= 2) taken = free;
    while (free - taken > 1) {
      const auto middle = taken + (free - taken) / 2;
      (child(folder, numbered(middle)) ? taken : free) = middle;
    }
    return numbered(free);
  }
};

}  // namespace cairn::tree
