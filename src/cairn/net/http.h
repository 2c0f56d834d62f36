#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cairn/runtime/task.h"

namespace cairn::net {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

[[nodiscard]] std::string_view name_of(Method method);

struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// A request's head. The views last until the handler has ended.
struct Request {
  Method method = Method::kOther;
  std::string_view path;   ///< as it was sent, still percent-encoded; begins with `/`, or is `*`
  std::string_view query;  ///< what follows `?`, without it
  std::vector<HeaderField> fields;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool has_body = false;  ///< a Content-Length above 0, or chunked
  std::string id;         ///< what the answer's X-Request-Id and the log call it

  /// The field's value if it was sent (the first one, if several were); the name's case does not matter.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type{};
  std::string body{};
  /// Beside those that the server sets itself: Content-Length, Content-Type, Date, Connection, X-Request-Id; and Cache-Control,
  /// which is `no-store` unless set here.
  std::vector<std::pair<std::string, std::string>> fields{};
};

/// Answers a request. What it throws becomes a problem document: a Failure by its ErrorCode, anything else 500.
using Handler = std::function<Task<Response>(const Request&)>;

/// The reason phrase of a status code, as RFC 9110 §15 names it; empty for one that it does not know.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace cairn::net
