#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::api {

/// Writes JSON (RFC 8259) front to back: for long lists, where building values first would cost more than the database does.
/// Whoever calls sees to it that brackets match.
class JsonWriter {
 public:
  /// Appends to `text`, which outlives this.
  explicit JsonWriter(std::string& text) : text_(text) {}

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }

  /// The name of the next member: one that needs no escapes.
  void key(std::string_view name);

  /// A string of well-formed UTF-8.
  void string(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);

  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string& text_;
  bool first_ = true;  // in its object or array, or behind a key: nothing is to be separated
};

}  // namespace cairn::api
