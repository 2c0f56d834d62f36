#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "cairn/account/session.h"
#include "cairn/ledger/job.h"
#include "cairn/net/http.h"
#include "cairn/tree/find_node.h"
#include "cairn/tree/quota.h"

namespace cairn::api {

// How things are written down for clients: the schemas of api/openapi.yaml.

[[nodiscard]] boost::json::object to_json(const tree::SeenNode& seen);
[[nodiscard]] boost::json::object to_json(const tree::Space& space, const tree::Usage& usage);
[[nodiscard]] boost::json::object to_json(const account::Person& person);
[[nodiscard]] boost::json::object to_json(const account::Session& session, const account::SessionId& current);
[[nodiscard]] boost::json::object to_json(const ledger::Job& job);

/// An answer with a JSON body.
[[nodiscard]] net::Response json_response(int status, const boost::json::object& object);
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
