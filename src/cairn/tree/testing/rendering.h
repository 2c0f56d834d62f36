#pragma once
// Everything that can be seen of a tree, as text: the same text is the same tree, in the model and in the database.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "cairn/tree/testing/model.h"
#include "cairn/tree/testing/sim_tree.h"

namespace cairn::tree {

/// One node: `/a/b v2 its newest bytes`, `/a//` for a folder.
inline std::string rendered_line(const std::string& path, bool folder, std::size_t versions, const std::string& bytes) {
  return path + (folder ? "/\n" : " v" + std::to_string(versions) + " " + bytes + "\n");
}

inline std::string rendered_node(const Model& model, int node, const std::string& prefix) {
  const auto& one = model.at(node);
  return rendered_line(prefix + one.name, one.folder, one.versions.size(), one.folder ? "" : one.versions.back());
}
inline std::string rendered_node(SimTree& tree, const Node& node, const std::string& prefix) {
  return rendered_line(prefix + node.name, node.is_folder(), static_cast<std::size_t>(node.version_no),
                       node.is_folder() ? "" : tree.content(node.id));
}

/// Texts in the order of their names.
inline std::string joined(const std::map<std::string, std::string>& texts) {
  std::string all;
  for (const auto& [name, text] : texts) all += text;
  return all;
}

inline std::string rendered_below(const Model& model, int folder, const std::string& prefix) {
  std::map<std::string, std::string> lines;
  for (const int node : model.children(folder)) {
    const auto& name = model.at(node).name;
    lines[name] = rendered_node(model, node, prefix) + rendered_below(model, node, prefix + name + "/");
  }
  return joined(lines);
}
inline std::string rendered_below(SimTree& tree, const NodeId& folder, const std::string& prefix) {
  std::map<std::string, std::string> lines;
  for (const auto& [child, role, in_trash, digest] : tree.list(folder, tree.ana).items) {
    lines[child.name] = rendered_node(tree, child, prefix);
    if (child.is_folder()) lines[child.name] += rendered_below(tree, child.id, prefix + child.name + "/");
  }
  return joined(lines);
}

/// What is used, what lies in the tree, and what in the trash, which has no order.
inline std::string rendered(std::int64_t used, const std::string& below_root, std::vector<std::string> trash) {
  std::ranges::sort(trash);
  auto text = "used " + std::to_string(used) + "\n" + below_root;
  for (const auto& item : trash) text += item;
  return text;
}

inline std::string rendered(const Model& model) {
  std::vector<std::string> trash;
  for (const int node : model.children(Model::kTrash))
    trash.push_back(rendered_node(model, node, "trash:") + rendered_below(model, node, "trash:" + model.at(node).name + "/"));
  return rendered(model.used(), rendered_below(model, Model::kRoot, "/"), std::move(trash));
}
inline std::string rendered(SimTree& tree) {
  std::vector<std::string> trash;
  for (const auto& item : tree.trash(tree.ana)) {
    trash.push_back(rendered_node(tree, item.node, "trash:"));
    if (item.node.is_folder()) trash.back() += rendered_below(tree, item.node.id, "trash:" + item.node.name + "/");
  }
  return rendered(tree.usage().used, rendered_below(tree, tree.space.root, "/"), std::move(trash));
}

}  // namespace cairn::tree
