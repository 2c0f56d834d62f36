#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "cairn/api/call.h"

namespace cairn::api {

/// The fields of a JSON object that a request carries. Each question takes a field; who has asked for all calls finish(), which
/// refuses what nobody has asked for. Every fault is a Failure(kInvalidInput) that names the field and what is allowed.
class JsonInput {
 public:
  /// Reads the request's body. Throws for another media type than `application/json`, too many bytes, too deep a nesting, and
  /// anything but an object.
  [[nodiscard]] static Task<JsonInput> read(const Call& call);
  /// The same; no body is an empty object.
  [[nodiscard]] static Task<JsonInput> read_if_any(const Call& call);
  /// The same from a text.
  [[nodiscard]] static JsonInput parse(std::string text);

  ~JsonInput();
  JsonInput(JsonInput&&) noexcept;
  JsonInput& operator=(JsonInput&&) noexcept;

  [[nodiscard]] std::string text(std::string_view field);
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view field);
  [[nodiscard]] Secret secret(std::string_view field);
  [[nodiscard]] std::optional<Secret> optional_secret(std::string_view field);
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view field);
  [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view field);
  [[nodiscard]] std::optional<Instant> optional_time(std::string_view field);
  /// True if the field is there and null, which is refused where nobody asks this.
  [[nodiscard]] bool is_null(std::string_view field);

  template <class IdType>
  [[nodiscard]] std::optional<IdType> optional_id(std::string_view field) {
    const auto text = optional_text(field);
    if (!text) return std::nullopt;
    const auto id = IdType::parse(*text);
    if (!id) refuse(field, "is no id of this kind");
    return id;
  }
  template <class IdType>
  [[nodiscard]] IdType id(std::string_view field) {
    const auto id = optional_id<IdType>(field);
    if (!id) refuse(field, "is missing");
    return *id;
  }

  void finish() const;

  /// The body as it was sent, for what repeats a request.
  [[nodiscard]] const std::string& as_sent() const;

 private:
  struct State;
  explicit JsonInput(std::unique_ptr<State> state);
  [[noreturn]] static void refuse(std::string_view field, std::string_view why);

  std::unique_ptr<State> state_;
};

/// Reads a whole body of at most that many bytes. Throws Failure(kInvalidInput) if there are more.
[[nodiscard]] Task<std::string> read_small_body(const net::Request& request, std::size_t most);

/// The media type of the request's body, in lower case, without parameters.
[[nodiscard]] std::string content_type_of(const net::Request& request);

}  // namespace cairn::api
