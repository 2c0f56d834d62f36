#include "cairn/net/router.h"

#include <algorithm>
#include <stdexcept>

#include "cairn/net/problem.h"
#include "cairn/net/target.h"

namespace cairn::net {
namespace {

constexpr std::string_view kRest = "...}";

// The segments of what `{name...}` stands for, each decoded, so that an encoded slash does not become one that separates.
std::optional<std::string> decode_rest(std::string_view rest) {
  std::string path;
  while (!rest.empty()) {
    const auto segment = rest.substr(0, rest.find('/'));
    const auto plain = percent_decode(segment);
    if (!plain || plain->find('/') != std::string::npos) return std::nullopt;
    path += *plain;
    rest.remove_prefix(segment.size());
    if (rest.starts_with('/')) {
      path += '/';
      rest.remove_prefix(1);
    }
  }
  return path;
}

}  // namespace

// What can follow a part of a path.
struct Router::Place {
  std::map<std::string, std::unique_ptr<Place>, std::less<>> named;
  std::unique_ptr<Place> any;
  std::string param;  // what `any` or `rest` is called
  std::unique_ptr<Place> rest;
  std::vector<const Route*> routes;

  [[nodiscard]] const Route* route(Method method) const {
    const auto found = std::ranges::find(routes, method, &Route::method);
    return found == routes.end() ? nullptr : *found;
  }
  [[nodiscard]] std::string allowed() const {
    std::string methods;
    for (const auto* route : routes) {
      methods += std::string(name_of(route->method)) + ", ";
      if (route->method == Method::kGet) methods += "HEAD, ";
    }
    return methods + "OPTIONS";
  }
  [[nodiscard]] Response without_route(const Request& request) const {
    auto methods = allowed();
    Response response;
    if (request.method == Method::kOptions) {
      response.status = 204;
    } else {
      response = problem(405, "method-not-allowed", "This address takes " + methods + ".", request.id);
    }
    response.fields.emplace_back("Allow", std::move(methods));
    return response;
  }
};

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Place>()) {
  for (const auto& route : routes_) add(route);
}
Router::~Router() = default;

void Router::add(const Route& route) {
  const auto name_part = [&](Place& place, std::string_view name) {
    if (!place.param.empty() && place.param != name)
      throw std::logic_error("two routes call the same part of a path differently: " + route.path);
    place.param = name;
  };
  auto* place = root_.get();
  for (auto rest = std::string_view(route.path).substr(1);;) {
    const auto segment = rest.substr(0, rest.find('/'));
    if (segment.ends_with(kRest)) {
      name_part(*place, segment.substr(1, segment.size() - 1 - kRest.size()));
      if (!place->rest) place->rest = std::make_unique<Place>();
      place = place->rest.get();
      break;
    }
    auto& next = segment.starts_with('{') ? place->any : place->named[std::string(segment)];
    if (segment.starts_with('{')) name_part(*place, segment.substr(1, segment.size() - 2));
    if (!next) next = std::make_unique<Place>();
    place = next.get();
    if (segment.size() == rest.size()) break;
    rest.remove_prefix(segment.size() + 1);
  }
  place->routes.push_back(&route);
}

const Router::Place* Router::find(const Place& from, std::string_view rest, Params& params) {
  const auto segment = rest.substr(0, rest.find('/'));
  const bool last = segment.size() == rest.size();
  const auto behind = last ? std::string_view() : rest.substr(segment.size() + 1);
  const auto go = [&](const Place& next) -> const Place* {
    if (!last) return find(next, behind, params);
    if (!next.routes.empty()) return &next;
    return next.rest ? find(next, "", params) : nullptr;
  };
  if (const auto named = from.named.find(segment); named != from.named.end())
    if (const auto* found = go(*named->second)) return found;
  if (from.any && !segment.empty()) {
    params.emplace_back(from.param, segment);
    if (const auto* found = go(*from.any)) return found;
    params.pop_back();
  }
  if (!from.rest) return nullptr;
  params.emplace_back(from.param, rest);
  return from.rest.get();
}

Task<Response> Router::answer(Request& request, const Failed& failed) const {
  Params params;
  if (request.path == "*") co_return Response{.status = 204};  // OPTIONS of the server as a whole
  const auto* place = request.path.starts_with('/') ? find(*root_, request.path.substr(1), params) : nullptr;
  if (place == nullptr) co_return problem(404, "not-found", "There is nothing at this address.", request.id);
  const auto* route = place->route(request.method == Method::kHead ? Method::kGet : request.method);
  if (route == nullptr) co_return place->without_route(request);
  request.route = route->path;
  for (const auto& [name, encoded] : params) {
    auto plain = route->path.ends_with(kRest) && name == params.back().first ? decode_rest(encoded) : percent_decode(encoded);
    if (!plain) co_return problem(400, "invalid-input", "The address is not percent-encoded as it should be.", request.id);
    request.params.emplace_back(name, *std::move(plain));
  }
  std::exception_ptr error;
  try {
    auto answer = route->handler(request);
    auto response = co_await std::move(answer);
    co_return response;
  } catch (...) {
    error = std::current_exception();  // answered below: nothing can be awaited in here
  }
  co_return problem_of(error, request, failed);
}

}  // namespace cairn::net
