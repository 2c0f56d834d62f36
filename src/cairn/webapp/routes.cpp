#include "cairn/webapp/routes.h"

#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include "cairn/base/random.h"
#include "cairn/base/text.h"
#include "cairn/net/conditions.h"
#include "cairn/webapp/assets.h"
#include "cairn/webapp/encodings.h"

namespace cairn::webapp {
namespace {

using net::Request;
using net::Response;

// The app's own addresses: web/src/router.tsx has the same list, and a test opens each of them.
constexpr auto kPages = std::to_array<std::string_view>(
    {"/", "/setup", "/sign-in", "/files", "/files/{rest...}", "/trash", "/account", "/account/{rest...}", "/users"});

constexpr std::string_view kNonceMark = "__NONCE__";
constexpr std::size_t kNonceBytes = 16;
constexpr std::string_view kHashed = "/assets/";  // names there tell the content

// Nothing but our own: no script in a page, no style without the nonce. Pictures and media may be made by the app itself (blob:);
// a frame shows PDFs by the browser's own viewer.
std::string policy(std::string_view nonce) {
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' blob: data:; font-src 'self'; "
      "media-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
      "frame-ancestors 'none'",
      nonce);
}

std::string fresh_nonce() {
  std::array<std::byte, kNonceBytes> bytes;
  fill_random(bytes);
  return hex(bytes);
}

Task<Response> answer_page(const Request& /*request*/) {
  const auto nonce = fresh_nonce();
  Response response{.content_type = "text/html; charset=utf-8", .body = std::string(start_page())};
  for (auto at = response.body.find(kNonceMark); at != std::string::npos; at = response.body.find(kNonceMark, at))
    response.body.replace(at, kNonceMark.size(), nonce);
  response.fields = {
      {"Content-Security-Policy", policy(nonce)},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Referrer-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
  };
  co_return response;
}

Response answer_asset(const Asset& asset, const Request& request) {
  Response response;
  response.fields = {
      {"ETag", std::string(asset.etag)},
      {"Cache-Control", asset.path.starts_with(kHashed) ? "public, max-age=31536000, immutable" : "public, no-cache"},
      {"Vary", "Accept-Encoding"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},  // an SVG is a page where it is opened alone
  };
  if (net::evaluate(request, {.etag = std::string(asset.etag)}) == net::Precondition::kNotModified) {
    response.status = 304;
    return response;
  }
  response.content_type = asset.content_type;
  const auto accepted = request.header("accept-encoding").value_or("");
  if (!asset.brotli.empty() && accepts(accepted, "br")) {
    response.fields.emplace_back("Content-Encoding", "br");
    response.body = asset.brotli;
  } else if (!asset.gzip.empty() && accepts(accepted, "gzip")) {
    response.fields.emplace_back("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = asset.bytes;
  }
  return response;
}

}  // namespace

std::vector<net::Route> routes() {
  std::vector<net::Route> made;
  for (const auto page : kPages) made.push_back({net::Method::kGet, std::string(page), answer_page});
  for (const auto& asset : assets()) {
    made.push_back({net::Method::kGet, std::string(asset.path),
                    [&asset](const Request& request) -> Task<Response> { co_return answer_asset(asset, request); }});
  }
  return made;
}

}  // namespace cairn::webapp
