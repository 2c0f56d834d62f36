#include "cairn/net/target.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

std::optional<char> decoded(std::string_view digits) {
  const auto bytes = from_hex(ascii_lowercase(digits));
  if (!bytes || bytes->size() != 1) return std::nullopt;
  return static_cast<char>(bytes->front());
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
}

std::optional<std::string> form_decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decode(spaced);
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    const auto byte = decoded(text.substr(at + 1, 2));
    if (!byte) return std::nullopt;
    plain += *byte;
    at += 2;
  }
  return plain;
}

std::string percent_encode(std::string_view text, bool keep_slashes) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slashes && c == '/')) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

Result<Parameters> parse_parameters(std::string_view text) {
  constexpr std::size_t kMost = 100;  // each name is compared with those before it
  Parameters parameters;
  while (!text.empty()) {
    if (parameters.size() == kMost) return failure(ErrorCode::kInvalidInput, "There are more than 100 parameters.");
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = form_decode(pair.substr(0, equals));
    auto value = form_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return failure(ErrorCode::kInvalidInput, "A parameter is not percent-encoded as it should be.");
    if (std::ranges::find(parameters, *name, &Parameters::value_type::first) != parameters.end())
      return failure(ErrorCode::kInvalidInput, fmt::format("The parameter '{}' was sent twice.", *name), *name);
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

}  // namespace cairn::net
