#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>

#include "cairn/net/http.h"

namespace cairn::net {

/// Why a head is refused: the status to answer before closing, and what to tell.
struct HeadError {
  int status;
  std::string_view detail;
};

/// Where the head at the front of `bytes` ends (behind its empty line), nothing while more must come. A line that ends without CR
/// is refused at once, since its head would never end.
std::expected<std::optional<std::size_t>, HeadError> find_head_end(std::string_view bytes);

/// Reads a whole request head, as strictly as RFC 9112 allows: what two servers could read in two ways is refused (request
/// smuggling). llhttp refuses most of it; what it lets pass and check_head() does not is listed in head_parser.cpp. The request's
/// views are of `head`.
std::expected<Request, HeadError> parse_head(std::string_view head);

}  // namespace cairn::net
