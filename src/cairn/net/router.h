#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cairn/net/http.h"

namespace cairn::net {

/// One route: what answers a method on a path.
struct Route {
  Method method;
  std::string path;
  Handler handler;
};

/// The routes of one server. A path that exists answers HEAD like GET, OPTIONS with what it allows, and other methods with 405.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  /// The answer; what a handler throws becomes a problem document and, if it is the server's fault, is told to `failed`.
  using Failed = std::function<void(const Request&, std::string_view what)>;
  [[nodiscard]] Task<Response> answer(const Request& request, const Failed& failed) const;

 private:
  [[nodiscard]] const Route* find(Method method, std::string_view path) const;
  [[nodiscard]] std::string allowed(std::string_view path) const;
  [[nodiscard]] Response without_route(const Request& request) const;

  std::vector<Route> routes_;
};

}  // namespace cairn::net
