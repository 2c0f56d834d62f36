#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cairn/tree/find_node.h"
#include "cairn/tree/rows.h"

namespace cairn::tree {

enum class SortBy : std::uint8_t { kName = 0, kModified = 1, kSize = 2 };

struct Order {
  SortBy by = SortBy::kName;
  bool descending = false;
  friend bool operator==(const Order&, const Order&) = default;
};

/// Where a page ended: what the next one begins after, whatever comes and goes meanwhile.
struct ListPlace {
  Order order;
  NodeKind kind = NodeKind::kFolder;
  std::int64_t number = 0;         ///< when sorted by time or size
  std::vector<std::byte> text{};   ///< the sort key when sorted by name
  std::vector<std::byte> after{};  ///< the name, or the id

  /// As it is given to clients: opaque.
  [[nodiscard]] std::string cursor() const;
  /// kInvalidInput (subject `cursor`) if it is none, or one of another order.
  static Result<ListPlace> parse(std::string_view cursor, Order order);
};

struct Listing {
  std::vector<SeenNode> items;    ///< without digests
  std::int64_t total = 0;         ///< children that the principal may see
  std::int64_t seq = 0;           ///< the folder's last change
  std::optional<ListPlace> next;  ///< none on the last page
};

/// A page of a folder's children, folders first. It costs what it shows, whatever the size of the folder. Throws Failure as
/// authorize(kRead), kInvalidInput for a file.
struct ListFolder {
  account::Principal who;
  NodeId folder;
  Order order{};
  std::size_t limit = 100;
  std::optional<ListPlace> after{};
  std::size_t start = 0;  ///< children to pass over, for jumps; without `after`
  std::optional<NodeKind> only_kind{};

  Listing run(db::Snapshot& snapshot) const;
};

}  // namespace cairn::tree
