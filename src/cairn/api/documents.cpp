#include "cairn/api/documents.h"

#include "cairn/api/handlers.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"
#include "cairn/net/conditions.h"
#include "cairn/net/target.h"

namespace cairn::api {
namespace {

std::string tag_of(std::string_view text) {
  const auto digest = crypt::sha256(crypt::label(text));
  return "\"" + hex(crypt::Bytes(digest).first(8)) + "\"";
}

// The same for everybody, as long as the program is the same.
Response document(const Call& call, std::string_view content_type, std::string_view text, const std::string& etag) {
  Response response;
  response.fields = {
      {"ETag", etag},
      {"Cache-Control", "public, max-age=300"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
       "frame-ancestors 'none'"},
  };
  if (net::evaluate(call.request, {.etag = etag}) == net::Precondition::kNotModified) {
    response.status = 304;
    return response;
  }
  response.content_type = content_type;
  response.body = text;
  return response;
}

}  // namespace

// GET /openapi.json
Task<Response> get_contract(const Call& call) {
  static const auto kTag = tag_of(contract_json());
  co_return document(call, "application/json", contract_json(), kTag);
}

// GET /api/docs
Task<Response> get_documentation(const Call& call) {
  static const auto kTag = tag_of(documentation_page());
  co_return document(call, "text/html; charset=utf-8", documentation_page(), kTag);
}

// GET /problems/{type}: what a problem's `type` leads to.
Task<Response> get_problem_page(const Call& call) {
  Response response{.status = 303};
  response.fields.emplace_back("Location", "/api/docs#problem-" + net::percent_encode(call.request.param("type"), false));
  co_return response;
}

}  // namespace cairn::api
