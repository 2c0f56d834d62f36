#include "cairn/tree/list_folder.h"

#include <algorithm>
#include <limits>

#include "cairn/base/error.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"

namespace cairn::tree {
namespace {

constexpr int kSortKeyColumn = 17;
constexpr std::size_t kLongestCursor = 1'024;

void append_number(std::vector<std::byte>& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(value >> shift));
}

// Before the first child of a kind, in that order.
ListPlace beginning(Order order, NodeKind kind) {
  ListPlace place{.order = order, .kind = kind};
  if (!order.descending) {
    place.number = std::numeric_limits<std::int64_t>::min();
    return place;
  }
  place.number = std::numeric_limits<std::int64_t>::max();
  place.text.assign(128, std::byte{0xff});  // longer than any sort key
  place.after.assign(sizeof(Uuid), std::byte{0xff});
  return place;
}

// The children of one kind from a place on. Each order is one statement, so that each is one walk along one index.
db::Rows children(db::Snapshot& snapshot, const NodeId& folder, const ListPlace& from, std::size_t limit, std::size_t skip) {
  constexpr db::Sql kByName = "SELECT " CAIRN_NODE_COLUMNS
                              ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (sort_key, name) > (?, ?)"
                              " ORDER BY sort_key, name LIMIT ? OFFSET ?";
  constexpr db::Sql kByNameDown = "SELECT " CAIRN_NODE_COLUMNS
                                  ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (sort_key, name) < (?, ?)"
                                  " ORDER BY sort_key DESC, name DESC LIMIT ? OFFSET ?";
  constexpr db::Sql kByTime = "SELECT " CAIRN_NODE_COLUMNS
                              ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (modified_at, id) > (?, ?)"
                              " ORDER BY modified_at, id LIMIT ? OFFSET ?";
  constexpr db::Sql kByTimeDown = "SELECT " CAIRN_NODE_COLUMNS
                                  ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (modified_at, id) < (?, ?)"
                                  " ORDER BY modified_at DESC, id DESC LIMIT ? OFFSET ?";
  constexpr db::Sql kBySize = "SELECT " CAIRN_NODE_COLUMNS
                              ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (size, id) > (?, ?)"
                              " ORDER BY size, id LIMIT ? OFFSET ?";
  constexpr db::Sql kBySizeDown = "SELECT " CAIRN_NODE_COLUMNS
                                  ", sort_key FROM node WHERE parent_id = ? AND kind = ? AND (size, id) < (?, ?)"
                                  " ORDER BY size DESC, id DESC LIMIT ? OFFSET ?";
  const auto kind = static_cast<int>(from.kind);
  const bool down = from.order.descending;
  switch (from.order.by) {
    case SortBy::kName: return snapshot.query(down ? kByNameDown : kByName, folder, kind, from.text, from.after, limit, skip);
    case SortBy::kModified:
      return snapshot.query(down ? kByTimeDown : kByTime, folder, kind, from.number, from.after, limit, skip);
    case SortBy::kSize: return snapshot.query(down ? kBySizeDown : kBySize, folder, kind, from.number, from.after, limit, skip);
  }
  std::unreachable();
}

ListPlace place_after(const Node& node, Order order, db::Bytes sort_key) {
  ListPlace place{.order = order, .kind = node.kind};
  const auto keep = [](std::vector<std::byte>& to, db::Bytes bytes) { to.assign(bytes.begin(), bytes.end()); };
  if (order.by == SortBy::kName) {
    keep(place.text, sort_key);
    keep(place.after, bytes_of(node.name));
  } else {
    place.number = order.by == SortBy::kSize ? node.size : node.modified_at.time_since_epoch().count();
    keep(place.after, node.id.bytes());
  }
  return place;
}

// Gathers a page across both kinds.
class Page {
 public:
  Page(db::Snapshot& snapshot, const ListFolder& wanted, const Access& folder)
      : snapshot_(snapshot), wanted_(wanted), folder_(folder) {}

  // Children of one kind from a place on, as many as still fit and one more, which tells that there is a next page. `skip` passes
  // over rows in the database, pass_over() over those that somebody may see.
  void add(ListPlace from, std::size_t skip) {
    while (!full()) {
      const auto limit = wanted_.limit + 1 - seen_.size();
      const auto begin = from;  // stays as it is while the rows are read
      auto rows = children(snapshot_, wanted_.folder, begin, limit, skip);
      std::size_t got = 0;
      std::vector<Seen> page;
      page.reserve(limit);
      for (; rows.next(); ++got) {
        const auto sort_key = rows.bytes(kSortKeyColumn);
        page.push_back({.node = node_of(rows), .sort_key = {sort_key.begin(), sort_key.end()}});
      }
      if (!page.empty()) from = place_of(page.back());
      skip = 0;
      for (auto& seen : page) {
        if (!may_see(seen.node)) continue;
        if (pass_over_ > 0) {
          --pass_over_;
        } else {
          seen_.push_back(std::move(seen));
        }
      }
      if (got < limit) return;
    }
  }
  [[nodiscard]] bool full() const { return seen_.size() > wanted_.limit; }
  void pass_over(std::size_t children_seen) { pass_over_ = children_seen; }

  void move_to(Listing& listing) {
    if (full()) {
      seen_.pop_back();
      listing.next = place_of(seen_.back());
    }
    listing.items.reserve(seen_.size());
    for (auto& seen : seen_) listing.items.push_back(with_role(std::move(seen.node)));
  }

 private:
  struct Seen {
    Node node;
    std::vector<std::byte> sort_key;
  };

  [[nodiscard]] ListPlace place_of(const Seen& seen) const { return place_after(seen.node, wanted_.order, seen.sort_key); }

  // Children have the rights of their folder, but for those with grants of their own or a cut.
  SeenNode with_role(Node node) {
    const bool own = (node.flags & (kHasGrants | kCutsInheritance)) != 0;
    const auto role = own ? role_on(snapshot_, wanted_.who, node.id) : folder_.role;
    return {.node = std::move(node), .role = role, .in_trash = folder_.in_trash};
  }

  bool may_see(const Node& node) {
    return (node.flags & kCutsInheritance) == 0 || may_enter_cut(snapshot_, wanted_.who, folder_, node.id);
  }

  db::Snapshot& snapshot_;
  const ListFolder& wanted_;
  const Access& folder_;
  std::vector<Seen> seen_;
  std::size_t pass_over_ = 0;
};

// How many children are hidden from somebody: only folders that cut inheritance can be.
std::int64_t count_hidden(db::Snapshot& snapshot, const account::Principal& who, const Access& folder) {
  constexpr db::Sql kCut = "SELECT id FROM node WHERE parent_id = ? AND kind = 0 AND (flags & 2) <> 0";
  std::vector<NodeId> cut;
  {
    auto rows = snapshot.query(kCut, folder.node.id);
    while (rows.next()) cut.push_back(rows.id<NodeId>(0));
  }
  return std::ranges::count_if(cut, [&](const NodeId& child) { return !may_enter_cut(snapshot, who, folder, child); });
}

std::size_t count_folders(db::Snapshot& snapshot, const NodeId& folder) {
  constexpr db::Sql kCount = "SELECT COUNT(*) FROM node WHERE parent_id = ? AND kind = 0";
  auto rows = snapshot.query(kCount, folder);
  return rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

}  // namespace

std::string ListPlace::cursor() const {
  std::vector<std::byte> bytes{static_cast<std::byte>(order.by), static_cast<std::byte>(order.descending),
                               static_cast<std::byte>(kind), static_cast<std::byte>(text.size())};
  append_number(bytes, static_cast<std::uint64_t>(number));
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.insert(bytes.end(), after.begin(), after.end());
  return base64url(bytes);
}

Result<ListPlace> ListPlace::parse(std::string_view cursor, Order order) {
  constexpr std::size_t kHead = 4;
  constexpr std::size_t kNumber = 8;
  const auto refuse = [](std::string_view why) { return failure(ErrorCode::kInvalidInput, std::string(why), "cursor"); };
  if (cursor.size() > kLongestCursor) return refuse("This cursor is none that was given out.");
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() < kHead + kNumber) return refuse("This cursor is none that was given out.");
  const auto value = [&](std::size_t at) { return std::to_integer<std::size_t>((*bytes)[at]); };
  const auto text_bytes = value(3);
  if (value(2) > 1 || bytes->size() < kHead + kNumber + text_bytes) return refuse("This cursor is none that was given out.");
  if (value(0) != static_cast<std::size_t>(order.by) || value(1) != static_cast<std::size_t>(order.descending))
    return refuse("This cursor belongs to a listing of another order.");
  ListPlace place{.order = order, .kind = value(2) == 0 ? NodeKind::kFolder : NodeKind::kFile};
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < kNumber; ++i) number = number << 8 | value(kHead + i);
  place.number = static_cast<std::int64_t>(number);
  const auto rest = std::span(*bytes).subspan(kHead + kNumber);
  place.text.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(text_bytes));
  place.after.assign(rest.begin() + static_cast<std::ptrdiff_t>(text_bytes), rest.end());
  return place;
}

Listing ListFolder::run(db::Snapshot& snapshot) const {
  const auto access = authorize(snapshot, who, Action::kRead, folder);
  if (!access.node.is_folder()) throw Failure({ErrorCode::kInvalidInput, "This is a file; only a folder has children."});
  if (limit == 0) throw Failure({ErrorCode::kInvalidInput, "A page has one item at least.", "limit"});
  const auto count = count_of(snapshot, folder);
  const bool may_hide = count.cut_children > 0 && !access.space_manager;
  Listing listing{.items = {}, .total = count.children, .seq = count.seq, .next = {}};
  if (may_hide) listing.total -= count_hidden(snapshot, who, access);

  Page page(snapshot, *this, access);
  auto skip = after || may_hide ? 0 : start;
  if (may_hide && !after) page.pass_over(start);  // what is hidden must not show as a gap
  for (const auto kind : {NodeKind::kFolder, NodeKind::kFile}) {
    if (only_kind && *only_kind != kind) continue;
    if (after && after->kind > kind) continue;
    if (kind == NodeKind::kFolder && skip > 0) {
      const auto folders = count_folders(snapshot, folder);
      if (folders <= skip) {
        skip -= folders;
        continue;
      }
    }
    page.add(after && after->kind == kind ? *after : beginning(order, kind), skip);
    skip = 0;
    if (page.full()) break;
  }
  page.move_to(listing);
  return listing;
}

}  // namespace cairn::tree
