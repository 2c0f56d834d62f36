#include "cairn/base/log.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "cairn/base/text.h"
#include "cairn/base/utf8.h"

namespace cairn {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warning", "error"};

bool names_a_secret(std::string_view name) {
  constexpr std::array<std::string_view, 7> kWords{"password", "token", "cookie", "authorization", "secret", "key", "code"};
  const auto lower = ascii_lowercase(name);
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower == word || lower.ends_with(std::string("_").append(word)); });
}

// A JSON string (RFC 8259 §7). Controls are escaped; the caller has made it UTF-8.
void append_string(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      line += c;
    }
  }
  line += '"';
}

struct AppendValue {
  std::string& line;

  void operator()(std::int64_t number) const { fmt::format_to(std::back_inserter(line), "{}", number); }
  void operator()(double number) const { fmt::format_to(std::back_inserter(line), "{:.6g}", number); }
  void operator()(bool truth) const { line += truth ? "true" : "false"; }
  void operator()(std::string_view text) const { append_string(line, with_valid_utf8(text)); }
};

}  // namespace

std::string_view name_of(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::optional<LogLevel> log_level_named(std::string_view name) {
  const auto found = std::ranges::find(kLevelNames, name);
  if (found == kLevelNames.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevelNames.begin());
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!writes(level)) return;
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","event":)", format_rfc3339(clock_.now()), name_of(level));
  append_string(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_string(line, field.name);
    line += ':';
    if (names_a_secret(field.name)) {
      append_string(line, kMasked);
    } else {
      std::visit(AppendValue{line}, field.value);
    }
  }
  line += "}\n";
  if (::write(output_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ++dropped_;
}

}  // namespace cairn
