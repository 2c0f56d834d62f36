#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "cairn/account/session.h"
#include "cairn/api/json_writer.h"
#include "cairn/ledger/job.h"
#include "cairn/net/http.h"
#include "cairn/tree/find_node.h"
#include "cairn/tree/quota.h"

namespace cairn::api {

// How things are written down for clients: the schemas of api/openapi.yaml.

/// Writes the members of a node's object. `more` are abilities beside those that its role gives.
void write_members(JsonWriter& json, const tree::SeenNode& seen, std::initializer_list<std::string_view> more = {});
[[nodiscard]] boost::json::object to_json(const tree::Space& space, const tree::Usage& usage);
[[nodiscard]] boost::json::object to_json(const account::Person& person);
[[nodiscard]] boost::json::object to_json(const account::Session& session, const account::SessionId& current);
[[nodiscard]] boost::json::object to_json(const ledger::Job& job);

/// Begins a list, `{"items": […], "next_cursor": …`: `write` writes the members of an item. More members may follow, then its
/// end.
template <class Items, class Write>
void begin_list(JsonWriter& json, const Items& items, const std::optional<std::string>& next_cursor, Write write) {
  json.open_object();
  json.key("items");
  json.open_array();
  for (const auto& item : items) {
    json.open_object();
    write(item);
    json.close_object();
  }
  json.close_array();
  if (next_cursor) json.member("next_cursor", *next_cursor);
}

/// An answer with a JSON body.
[[nodiscard]] net::Response json_response(int status, const boost::json::object& object);
/// The same of JSON that is written already.
[[nodiscard]] net::Response json_text_response(int status, std::string json);
/// A list: `{"items": […], "next_cursor": …}`.
[[nodiscard]] boost::json::object list_json(boost::json::array items, const std::optional<std::string>& next_cursor);
/// An answer about a node, with its ETag; 201 has its address too.
[[nodiscard]] net::Response node_response(int status, const tree::SeenNode& seen);
/// The same with another ETag: that of a file's content.
[[nodiscard]] net::Response node_response(int status, const tree::SeenNode& seen, std::string etag);
/// An answer about a job under way: 202.
[[nodiscard]] net::Response accepted_response(const ledger::JobId& job);
[[nodiscard]] net::Response no_content();

}  // namespace cairn::api
