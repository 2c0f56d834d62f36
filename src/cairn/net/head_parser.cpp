#include "cairn/net/head_parser.h"

#include <algorithm>
#include <array>

#include <llhttp.h>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

constexpr std::size_t kMostFields = 100;
constexpr std::size_t kLongestTarget = 8u << 10;
// Fields on which rights or a message's end hang. With `_` for `-` a server behind or before this one may take them for those.
constexpr auto kGuarded =
    std::to_array<std::string_view>({"content-length", "transfer-encoding", "x-csrf-token", "x-forwarded-for", "x-forwarded-host",
                                     "x-forwarded-proto", "x-real-ip", "if-match", "idempotency-key"});

// What llhttp's callbacks gather. The head is parsed in one call, so that each piece comes whole.
struct Gathered {
  std::string_view target;
  std::vector<HeaderField> fields;
  bool whole = false;
  bool keep_alive = false;
  bool chunked = false;
  std::uint64_t content_length = 0;
};

Gathered& gathered(llhttp_t* parser) { return *static_cast<Gathered*>(parser->data); }

const llhttp_settings_t& settings() {
  static const llhttp_settings_t kSettings = [] {
    llhttp_settings_t made;
    llhttp_settings_init(&made);
    made.on_url = [](llhttp_t* parser, const char* at, std::size_t length) {
      gathered(parser).target = {at, length};
      return 0;
    };
    made.on_header_field = [](llhttp_t* parser, const char* at, std::size_t length) {
      gathered(parser).fields.push_back({{at, length}, {}});
      return 0;
    };
    made.on_header_value = [](llhttp_t* parser, const char* at, std::size_t length) {
      gathered(parser).fields.back().value = trimmed({at, length});
      return 0;
    };
    made.on_headers_complete = [](llhttp_t* parser) -> int {
      auto& pieces = gathered(parser);
      pieces.whole = true;
      pieces.keep_alive = llhttp_should_keep_alive(parser) != 0;
      pieces.chunked = (parser->flags & F_CHUNKED) != 0;
      if ((parser->flags & F_CONTENT_LENGTH) != 0) pieces.content_length = parser->content_length;
      return HPE_PAUSED;  // the body is not the parser's business
    };
    return made;
  }();
  return kSettings;
}

Method method_of(std::uint8_t llhttp_method) {
  switch (llhttp_method) {
    case HTTP_GET: return Method::kGet;
    case HTTP_HEAD: return Method::kHead;
    case HTTP_POST: return Method::kPost;
    case HTTP_PUT: return Method::kPut;
    case HTTP_PATCH: return Method::kPatch;
    case HTTP_DELETE: return Method::kDelete;
    case HTTP_OPTIONS: return Method::kOptions;
    default: return Method::kOther;
  }
}

std::size_t count_of(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      request.fields, [&](const HeaderField& field) { return ascii_equals_ignoring_case(field.name, name); }));
}

// host[:port] of RFC 3986 §3.2.2, by its letters: whether it is one of ours is the router's to say.
bool is_host(std::string_view host) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=:[]";
  return host.find_first_not_of(kLetters) == std::string_view::npos;
}

bool imitates_guarded(std::string_view name) {
  if (!name.contains('_')) return false;
  auto dashed = ascii_lowercase(name);
  std::ranges::replace(dashed, '_', '-');
  return std::ranges::find(kGuarded, dashed) != kGuarded.end();
}

// What llhttp 9.4 lets pass and two servers could read in two ways (measured, see docs/decisions/0003-lean-http.md).
std::optional<HeadError> check_head(std::string_view head, const Request& request, bool chunked) {
  const auto line = head.substr(0, head.find("\r\n"));
  // llhttp skips a CR before the line, and speaks RTSP and ICE too.
  if (line.front() < 'A' || line.front() > 'Z') return HeadError{400, "The request does not begin with a method."};
  if (!line.ends_with(" HTTP/1.1") && !line.ends_with(" HTTP/1.0"))
    return HeadError{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  if (std::ranges::count(line, ' ') != 2) return HeadError{400, "The request line has more spaces than two."};
  for (const auto& field : request.fields)
    if (imitates_guarded(field.name)) return HeadError{400, "A header field has an underscore where a dash belongs."};
  if (const auto expected = request.header("expect"); expected && !ascii_equals_ignoring_case(*expected, "100-continue"))
    return HeadError{417, "The only expectation met here is 100-continue."};
  const auto hosts = count_of(request, "host");
  if (hosts > 1 || (hosts == 0 && !request.http_1_0)) return HeadError{400, "Exactly one Host field is needed."};
  if (hosts == 1 && !is_host(*request.header("host"))) return HeadError{400, "The Host field is no host."};
  if (const auto coding = request.header("transfer-encoding")) {
    if (request.http_1_0) return HeadError{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (count_of(request, "transfer-encoding") != 1 || !ascii_equals_ignoring_case(*coding, "chunked"))
      return HeadError{501, "The only transfer coding taken is chunked."};
    // A tab behind the word: to us it is chunked, to llhttp it is not, and a body would be taken for the next request.
    if (!chunked) return HeadError{400, "The Transfer-Encoding field is not well formed."};
  }
  return std::nullopt;
}

// Splits origin-form, or absolute-form whose authority must be the Host's (RFC 9112 §3.2.2).
std::optional<HeadError> split_target(std::string_view target, Request& request) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!ascii_equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto authority = target.substr(scheme.size(), target.substr(scheme.size()).find_first_of("/?"));
    if (authority != request.header("host")) return HeadError{400, "The target's host is not the Host field's."};
    target.remove_prefix(scheme.size() + authority.size());
    if (target.empty()) target = "/";
  }
  const bool asterisk = target == "*" && request.method == Method::kOptions;
  if (!target.starts_with('/') && !asterisk) return HeadError{400, "The target must begin with a slash."};
  const auto question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  return std::nullopt;
}

}  // namespace

std::expected<std::optional<std::size_t>, HeadError> find_head_end(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const auto end = bytes.find(kEnd);
  const auto head = bytes.substr(0, end);
  for (auto at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1))
    if (at == 0 || head[at - 1] != '\r') return std::unexpected(HeadError{400, "A line ends without CR."});
  if (end == std::string_view::npos) return std::nullopt;
  return end + kEnd.size();
}

std::expected<Request, HeadError> parse_head(std::string_view head) {
  Gathered pieces;
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings());
  parser.data = &pieces;
  const auto result = llhttp_execute(&parser, head.data(), head.size());
  if (result == HPE_INVALID_VERSION) return std::unexpected(HeadError{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."});
  if (result == HPE_INVALID_METHOD) return std::unexpected(HeadError{501, "The method is not known."});
  if (result != HPE_PAUSED || !pieces.whole) return std::unexpected(HeadError{400, "The request is not valid HTTP."});
  if (parser.http_major != 1) return std::unexpected(HeadError{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."});
  if (pieces.fields.size() > kMostFields) return std::unexpected(HeadError{431, "There are more than 100 header fields."});

  Request request;
  request.method = method_of(parser.method);
  request.fields = std::move(pieces.fields);
  request.http_1_0 = parser.http_minor == 0;
  request.keep_alive = pieces.keep_alive;
  request.chunked = pieces.chunked;
  request.content_length = pieces.content_length;
  if (pieces.target.size() > kLongestTarget) return std::unexpected(HeadError{414, "The target has more than 8 KiB."});
  if (const auto wrong = check_head(head, request, pieces.chunked)) return std::unexpected(*wrong);
  if (const auto wrong = split_target(pieces.target, request)) return std::unexpected(*wrong);
  return request;
}

}  // namespace cairn::net
