#include "cairn/net/router.h"

#include <algorithm>

#include "cairn/net/problem.h"

namespace cairn::net {
namespace {

// The answer to an error that left a handler; the log learns of those that are not the client's.
Response answer_to(const std::exception_ptr& error, const Request& request, const Router::Failed& failed) {
  Error told{ErrorCode::kInternal, "An error of unknown kind."};
  try {
    std::rethrow_exception(error);
  } catch (const Failure& failure) {
    told = failure.error();
  } catch (const std::exception& unexpected) {
    told.message = unexpected.what();
  } catch (...) {  // not even a std::exception: what was told above stands
    told.subject = "unknown";
  }
  if (status_of(told.code) >= 500) failed(request, told.message);
  return problem(told, request.id);
}

}  // namespace

Task<Response> Router::answer(const Request& request, const Failed& failed) const {
  const auto method = request.method == Method::kHead ? Method::kGet : request.method;
  const auto* route = find(method, request.path);
  if (route == nullptr) co_return without_route(request);
  std::exception_ptr error;
  try {
    auto answer = route->handler(request);
    auto response = co_await std::move(answer);
    co_return response;
  } catch (...) {
    error = std::current_exception();  // answered below: nothing can be awaited in here
  }
  co_return answer_to(error, request, failed);
}

const Route* Router::find(Method method, std::string_view path) const {
  const auto found =
      std::ranges::find_if(routes_, [&](const Route& route) { return route.method == method && route.path == path; });
  return found == routes_.end() ? nullptr : &*found;
}

std::string Router::allowed(std::string_view path) const {
  std::string methods;
  for (const auto& route : routes_) {
    if (route.path != path) continue;
    methods += std::string(name_of(route.method)) + ", ";
    if (route.method == Method::kGet) methods += "HEAD, ";
  }
  return methods.empty() ? methods : methods + "OPTIONS";
}

Response Router::without_route(const Request& request) const {
  auto methods = allowed(request.path);
  if (methods.empty()) return problem(404, "not-found", "There is nothing at this address.", request.id);
  Response response;
  if (request.method == Method::kOptions) {
    response.status = 204;
  } else {
    response = problem(405, "method-not-allowed", "This address takes " + methods + ".", request.id);
  }
  response.fields.emplace_back("Allow", std::move(methods));
  return response;
}

}  // namespace cairn::net
