#include "cairn/api/json_writer.h"

#include <fmt/format.h>

namespace cairn::api {

void JsonWriter::key(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
  first_ = true;
}

void JsonWriter::string(std::string_view value) {
  separate();
  text_ += '"';
  while (!value.empty()) {
    std::size_t clean = 0;
    while (clean < value.size() && value[clean] != '"' && value[clean] != '\\' && static_cast<unsigned char>(value[clean]) >= ' ')
      ++clean;
    text_ += value.substr(0, clean);
    value.remove_prefix(clean);
    if (value.empty()) break;
    const char c = value.front();
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else {
      fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned>(c));
    }
    value.remove_prefix(1);
  }
  text_ += '"';
}

void JsonWriter::number(std::int64_t value) {
  separate();
  const fmt::format_int digits(value);
  text_.append(digits.data(), digits.size());
}

void JsonWriter::boolean(bool value) {
  separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  text_ += bracket;
  first_ = false;
}

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

}  // namespace cairn::api
