#include "cairn/net/conditions.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "cairn/base/text.h"

namespace cairn::net {
namespace {

// Takes one tag off the front of `text`; false if there is none.
bool take_tag(std::string_view& text, EntityTags& into) {
  const bool weak = text.starts_with("W/");
  if (weak) text.remove_prefix(2);
  if (!text.starts_with('"')) return false;
  const auto end = text.find('"', 1);
  if (end == std::string_view::npos) return false;
  const auto tag = text.substr(0, end + 1);
  const bool clean = std::ranges::all_of(tag, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
  if (!clean) return false;
  (weak ? into.weak : into.strong).emplace_back(tag);
  text.remove_prefix(end + 1);
  return true;
}

// Everything that can be read of one field.
void read_tags(std::string_view text, EntityTags& into) {
  text = trimmed(text);
  if (text == "*") {
    into.any = true;
    return;
  }
  while (!text.empty()) {
    if (!take_tag(text, into)) return;
    text = trimmed(text);
    if (text.empty()) return;
    if (!text.starts_with(',')) return;
    while (text.starts_with(',')) text = trimmed(text.substr(1));
  }
}

bool holds(const std::vector<std::string>& tags, const std::string& etag) { return std::ranges::find(tags, etag) != tags.end(); }

// RFC 9110 §8.8.3.2.
bool matches_strongly(const EntityTags& tags, const std::string& etag) {
  return !etag.empty() && (tags.any || holds(tags.strong, etag));
}
bool matches_weakly(const EntityTags& tags, const std::string& etag) {
  return matches_strongly(tags, etag) || (!etag.empty() && holds(tags.weak, etag));
}

bool reads(const Request& request) { return request.method == Method::kGet || request.method == Method::kHead; }

std::optional<bool> modified_since(const Request& request, std::string_view field, const Validators& now) {
  const auto sent = request.header(field);
  if (!sent || !now.modified_at) return std::nullopt;
  const auto date = parse_http_date(*sent);
  if (!date) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*now.modified_at) > *date;
}

}  // namespace

std::optional<EntityTags> entity_tags(const Request& request, std::string_view field) {
  std::optional<EntityTags> tags;
  for (const auto& [name, value] : request.fields) {
    if (!ascii_equals_ignoring_case(name, field)) continue;
    if (!tags) tags.emplace();
    read_tags(value, *tags);
  }
  return tags;
}

Precondition evaluate(const Request& request, const Validators& now) {
  if (const auto wanted = entity_tags(request, "if-match")) {
    if (!matches_strongly(*wanted, now.etag)) return Precondition::kFailed;
  } else if (modified_since(request, "if-unmodified-since", now).value_or(false)) {
    return Precondition::kFailed;
  }
  if (const auto known = entity_tags(request, "if-none-match")) {
    if (matches_weakly(*known, now.etag)) return reads(request) ? Precondition::kNotModified : Precondition::kFailed;
  } else if (reads(request) && !modified_since(request, "if-modified-since", now).value_or(true)) {
    return Precondition::kNotModified;
  }
  return Precondition::kHolds;
}

std::optional<Instant> parse_http_date(std::string_view text) {
  const std::string date(text);
  for (const auto* form : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm parts{};
    const char* end = ::strptime(date.c_str(), form, &parts);  // the C locale is never changed
    if (end == nullptr || *end != '\0' || date.size() != static_cast<std::size_t>(end - date.c_str())) continue;
    return Instant(std::chrono::seconds(::timegm(&parts)));
  }
  return std::nullopt;
}

std::string http_date(Instant when) {
  const std::time_t time = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  const auto length = ::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

}  // namespace cairn::net
