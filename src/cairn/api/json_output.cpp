#include "cairn/api/json_output.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/base/text.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

// What somebody may do with a node.
void write_abilities(JsonWriter& json, const tree::SeenNode& seen, std::initializer_list<std::string_view> more) {
  const bool is_root = !seen.node.parent;
  const bool changes = seen.role >= tree::Role::kEditor && !seen.in_trash;
  json.open_array();
  if (seen.role >= tree::Role::kViewer) json.string("read");
  if (changes) json.string("write");
  if (changes && !is_root) json.string("delete");
  if (seen.role >= tree::Role::kManager && !seen.in_trash) json.string("share");
  for (const auto ability : more) json.string(ability);
  json.close_array();
}

std::string_view name_of(ledger::JobState state) {
  switch (state) {
    case ledger::JobState::kWaiting: return "waiting";
    case ledger::JobState::kRunning: return "running";
    case ledger::JobState::kDone: return "done";
    case ledger::JobState::kFailed: return "failed";
    case ledger::JobState::kCancelled: return "cancelled";
  }
  std::unreachable();
}

}  // namespace

void write_members(JsonWriter& json, const tree::SeenNode& seen, std::initializer_list<std::string_view> more) {
  const auto& node = seen.node;
  json.member("id", node.id.text());
  json.member("space_id", node.space.text());
  json.member("kind", node.is_folder() ? "folder" : "file");
  json.member("name", node.parent ? std::string_view(node.name) : "");
  json.member("etag", tree::node_etag(node));
  json.member("rev", node.rev);
  json.member("created_at", format_rfc3339(node.created_at));
  json.member("modified_at", format_rfc3339(node.modified_at));
  json.member("created_by", node.created_by.text());
  json.member("modified_by", node.modified_by.text());
  json.key("can");
  write_abilities(json, seen, more);
  if (node.parent && !seen.in_trash) json.member("parent_id", node.parent->text());
  if (node.version) {
    json.member("size", node.size);
    json.member("media_type", node.media_type);
    json.member("version_id", node.version->text());
  }
  if (node.version && seen.digest) {
    json.key("digest");
    json.open_object();
    json.member("blake3", hex(*seen.digest));
    json.close_object();
  }
  if (seen.in_trash) {
    json.key("in_trash");
    json.boolean(true);
  }
}

json::object to_json(const tree::Space& space, const tree::Usage& usage) {
  json::object object{{"id", space.id.text()},        {"kind", space.personal ? "personal" : "team"},
                      {"name", space.name},           {"owner_id", space.owner.text()},
                      {"root_id", space.root.text()}, {"used_bytes", usage.used}};
  if (usage.quota < tree::kUnlimited) object["quota_bytes"] = usage.quota;
  return object;
}

json::object to_json(const account::Person& person) {
  return {{"id", person.id.text()}, {"name", person.name},         {"display_name", person.display_name},
          {"admin", person.admin},  {"disabled", person.disabled}, {"created_at", format_rfc3339(person.created_at)}};
}

json::object to_json(const account::Session& session, const account::SessionId& current) {
  return {{"id", session.id.text()},
          {"kind", session.kind == account::SessionKind::kBrowser ? "browser" : "tokens"},
          {"current", session.id == current},
          {"created_at", format_rfc3339(session.created_at)},
          {"seen_at", format_rfc3339(session.seen_at)},
          {"address", session.address},
          {"agent", session.agent}};
}

json::object to_json(const ledger::Job& job) {
  json::object object{{"id", job.id.text()}, {"kind", job.kind}, {"state", name_of(job.state)}};
  boost::system::error_code error;
  if (auto progress = json::parse(job.progress.empty() ? "{}" : job.progress, error); !error)
    object["progress"] = std::move(progress);
  if (!job.error.empty()) object["error"] = job.error;
  if (job.cancelled) object["cancelled"] = true;
  return object;
}

net::Response json_text_response(int status, std::string json) {
  return {.status = status, .content_type = "application/json", .body = std::move(json)};
}

net::Response json_response(int status, const json::object& object) {
  return json_text_response(status, json::serialize(object));
}

json::object list_json(json::array items, const std::optional<std::string>& next_cursor) {
  json::object list{{"items", std::move(items)}};
  if (next_cursor) list["next_cursor"] = *next_cursor;
  return list;
}

net::Response node_response(int status, const tree::SeenNode& seen) {
  return node_response(status, seen, tree::node_etag(seen.node));
}

net::Response node_response(int status, const tree::SeenNode& seen, std::string etag) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  write_members(json, seen);
  json.close_object();
  auto response = json_text_response(status, std::move(text));
  response.fields.emplace_back("ETag", std::move(etag));
  if (status == 201) response.fields.emplace_back("Location", "/api/v1/nodes/" + seen.node.id.text());
  return response;
}

net::Response accepted_response(const ledger::JobId& job) {
  auto response = json_response(202, {{"job", json::object{{"id", job.text()}, {"state", "waiting"}}}});
  response.fields.emplace_back("Location", "/api/v1/jobs/" + job.text());
  return response;
}

net::Response no_content() { return {.status = 204}; }

}  // namespace cairn::api
