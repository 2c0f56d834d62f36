#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/net/http.h"
#include "cairn/net/problem.h"

namespace cairn::net {

/// One route: what answers a method on a path. A part `{name}` of the path stands for any one segment; `{name...}` at its end for
/// all that follow, none included. The handler finds them, decoded, as the request's parameters.
struct Route {
  Method method;
  std::string path;
  Handler handler;
};

/// The routes of one server. A path that exists answers HEAD like GET, OPTIONS with what it allows, and other methods with 405.
/// What is written out is preferred to what stands for anything.
class Router {
 public:
  explicit Router(std::vector<Route> routes);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// The answer; what a handler throws becomes one by problem_of().
  [[nodiscard]] Task<Response> answer(Request& request, const Failed& failed) const;

 private:
  struct Place;
  using Params = std::vector<std::pair<std::string_view, std::string_view>>;  // still encoded

  void add(const Route& route);
  [[nodiscard]] static const Place* find(const Place& from, std::string_view rest, Params& params);

  const std::vector<Route> routes_;
  std::unique_ptr<Place> root_;
};

}  // namespace cairn::net
