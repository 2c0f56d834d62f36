#include "cairn/tree/trash.h"

#include <fmt/format.h>

#include "cairn/api/change.h"
#include "cairn/api/handlers.h"
#include "cairn/api/json_input.h"
#include "cairn/api/json_output.h"
#include "cairn/api/paging.h"
#include "cairn/base/text.h"
#include "cairn/tree/purge.h"

namespace cairn::api {
namespace {

std::string text_of(const tree::TrashPlace& place) { return fmt::format("{} {}", place.at, place.node.text()); }

tree::TrashPlace place_of(std::string_view text) {
  const auto space = std::min(text.find(' '), text.size());
  const auto at = parse_unsigned(text.substr(0, space));
  const auto node = tree::NodeId::parse(text.substr(std::min(space + 1, text.size())));
  if (!at || *at > static_cast<std::uint64_t>(tree::kUnlimited) || !node) throw no_such_cursor();
  return {.at = static_cast<std::int64_t>(*at), .node = *node};
}

// A page of the trash, written down with what may be done with each item.
struct TrashJson {
  tree::ListTrash list;

  std::string run(db::Snapshot& snapshot) const {
    const auto page = list.run(snapshot);
    std::string text;
    JsonWriter json(text);
    const auto next = page.next ? std::optional(cursor_of(text_of(*page.next))) : std::nullopt;
    begin_list(json, page.items, next, [&](const tree::TrashItem& item) {
      const tree::SeenNode seen{.node = item.node, .role = item.role, .in_trash = true};
      // Whoever sees it here could edit it where it was.
      if (item.role >= tree::Role::kManager) {
        write_members(json, seen, {"restore", "purge"});
      } else {
        write_members(json, seen, {"restore"});
      }
      json.member("trashed_at", format_rfc3339(Instant(std::chrono::microseconds(item.at))));
      json.member("trashed_by", item.by.text());
      json.member("trashed_from", item.from_parent.text());
    });
    json.close_object();
    return text;
  }
};

}  // namespace

// GET /spaces/{id}/trash
Task<Response> list_trash(const Call& call) {
  auto list = TrashJson{{.who = call.who}};
  list.list.limit = page_limit(call);
  if (const auto place = place_in(call)) list.list.before = place_of(*place);
  list.list.space = co_await space_named(call, call.request.param("id"));
  auto text = co_await call.read(list);
  co_return json_text_response(200, std::move(text));
}

// POST /trash/{id}/restore {parent_id?, on_conflict?}
Task<Response> restore_node(const Call& call) {
  const auto node = call.id<tree::NodeId>();
  auto input = co_await JsonInput::read_if_any(call);
  auto change = SeenAfter<tree::RestoreNode>{{.request = call.change(input.as_sent()), .node = node}};
  change.change.to = input.optional_id<tree::NodeId>("parent_id");
  change.change.on_conflict = on_conflict_of(input.optional_text("on_conflict"), tree::OnConflict::kRename);
  input.finish();
  change.change.space = co_await space_of(call, node);
  const auto seen = co_await call.write(change);
  co_return node_response(200, seen);
}

// DELETE /trash/{id}
Task<Response> purge_node(const Call& call) {
  auto response = co_await purge(call, call.id<tree::NodeId>(), Where::kTrash, wanted_rev(call.request));
  co_return response;
}

// DELETE /spaces/{id}/trash
Task<Response> empty_trash(const Call& call) {
  auto change = tree::EmptyTrash{.request = call.change()};
  change.space = co_await space_named(call, call.request.param("id"));
  const auto job = co_await call.write(change);
  co_return accepted_response(job);
}

}  // namespace cairn::api
