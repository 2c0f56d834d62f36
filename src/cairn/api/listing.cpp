#include "cairn/api/listing.h"

#include "cairn/api/json_output.h"
#include "cairn/api/paging.h"

namespace cairn::api {
namespace {

constexpr std::int64_t kFarthestStart = std::int64_t{1} << 40;
constexpr std::size_t kBytesAnItem = 640;  // about

tree::Order order_of(const std::optional<std::string>& text) {
  std::string_view name = text ? std::string_view(*text) : "name";
  tree::Order order{.descending = name.starts_with('-')};
  if (order.descending) name.remove_prefix(1);
  if (name == "name") return order;
  order.by = tree::SortBy::kModified;
  if (name == "modified_at") return order;
  order.by = tree::SortBy::kSize;
  if (name == "size") return order;
  throw Failure({ErrorCode::kInvalidInput, "sort is name, modified_at or size, with a minus in front for the reverse.", "sort"});
}

std::optional<tree::NodeKind> kind_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  if (*text == "folder") return tree::NodeKind::kFolder;
  if (*text == "file") return tree::NodeKind::kFile;
  throw Failure({ErrorCode::kInvalidInput, "kind is folder or file.", "kind"});
}

}  // namespace

tree::ListFolder wanted_listing(const Call& call) {
  auto list = tree::ListFolder{.who = call.who, .folder = {}, .order = order_of(call.parameter("sort"))};
  list.limit = page_limit(call);
  list.start = static_cast<std::size_t>(call.number("start", 0, kFarthestStart).value_or(0));
  list.only_kind = kind_of(call.parameter("kind"));
  if (const auto cursor = call.parameter("cursor")) {
    if (list.start > 0) throw Failure({ErrorCode::kInvalidInput, "A page begins at a cursor or at a row, not at both.", "start"});
    list.after = value_or_throw(tree::ListPlace::parse(*cursor, list.order));
  }
  return list;
}

Task<net::Response> list_folder(const Call& call, tree::ListFolder list) {
  const auto listing = co_await call.read(list);
  std::string text;
  text.reserve((listing.items.size() + 1) * kBytesAnItem);
  JsonWriter json(text);
  const auto next = listing.next ? std::optional(listing.next->cursor()) : std::nullopt;
  begin_list(json, listing.items, next, [&](const tree::SeenNode& item) { write_members(json, item); });
  json.member("total", listing.total);
  json.member("seq", listing.seq);
  json.close_object();
  co_return json_text_response(200, std::move(text));
}

}  // namespace cairn::api
