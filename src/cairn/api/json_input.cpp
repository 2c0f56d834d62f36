#include "cairn/api/json_input.h"

#include <array>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parse_options.hpp>
#include <fmt/format.h>

#include "cairn/base/text.h"
#include "cairn/base/utf8.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kLongestEcho = 64;  // of a name that nobody knows

[[noreturn]] void refuse_body(std::string why) { throw Failure({ErrorCode::kInvalidInput, std::move(why), "body"}); }

}  // namespace

struct JsonInput::State {
  std::string sent;
  json::object object;
  std::set<std::string, std::less<>> asked;

  const json::value* find(std::string_view field) {
    asked.emplace(field);
    return object.if_contains(field);
  }
};

JsonInput::JsonInput(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonInput::~JsonInput() = default;
JsonInput::JsonInput(JsonInput&&) noexcept = default;
JsonInput& JsonInput::operator=(JsonInput&&) noexcept = default;

void JsonInput::refuse(std::string_view field, std::string_view why) {
  throw Failure({ErrorCode::kInvalidInput, fmt::format("The field '{}' {}.", field, why), std::string(field)});
}

JsonInput JsonInput::parse(std::string text) {
  auto state = std::make_unique<State>();
  state->sent = std::move(text);
  if (!state->sent.empty()) {
    if (!is_valid_utf8(state->sent)) refuse_body("The body is not UTF-8.");
    json::parse_options options;
    options.max_depth = kDeepest;
    boost::system::error_code error;
    auto value = json::parse(state->sent, error, {}, options);
    if (error) refuse_body("The body is not valid JSON: " + error.message());
    if (!value.is_object()) refuse_body("The body is a JSON object.");
    state->object = std::move(value.as_object());
  }
  return JsonInput(std::move(state));
}

Task<JsonInput> JsonInput::read(const Call& call) {
  if (!call.request.has_body()) refuse_body("A body is needed: a JSON object.");
  auto input = co_await read_if_any(call);
  co_return input;
}

Task<JsonInput> JsonInput::read_if_any(const Call& call) {
  const auto& request = call.request;
  if (request.has_body() && content_type_of(request) != "application/json")
    throw Failure({ErrorCode::kInvalidInput, "Send the body as Content-Type: application/json.", "Content-Type"});
  auto text = co_await read_small_body(request, call.max_body);
  co_return parse(std::move(text));
}

std::optional<std::string> JsonInput::optional_text(std::string_view field) {
  const auto* value = state_->find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(field, "is a text");
  return std::string(value->as_string());
}

std::string JsonInput::text(std::string_view field) {
  auto text = optional_text(field);
  if (!text) refuse(field, "is missing");
  return *std::move(text);
}

std::optional<Secret> JsonInput::optional_secret(std::string_view field) {
  auto text = optional_text(field);
  if (!text) return std::nullopt;
  return Secret(*std::move(text));
}

Secret JsonInput::secret(std::string_view field) { return Secret(text(field)); }

std::optional<bool> JsonInput::optional_flag(std::string_view field) {
  const auto* value = state_->find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) refuse(field, "is true or false");
  return value->as_bool();
}

std::optional<std::int64_t> JsonInput::optional_number(std::string_view field) {
  const auto* value = state_->find(field);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64()) refuse(field, "is a whole number");
  return value->as_int64();
}

std::optional<Instant> JsonInput::optional_time(std::string_view field) {
  const auto text = optional_text(field);
  if (!text) return std::nullopt;
  const auto when = parse_rfc3339(*text);
  if (!when) refuse(field, "is a time such as 2026-11-24T21:55:44Z");
  return when;
}

bool JsonInput::is_null(std::string_view field) {
  state_->asked.emplace(field);
  const auto* value = state_->object.if_contains(field);
  return value != nullptr && value->is_null();
}

void JsonInput::finish() const {
  for (const auto& field : state_->object) {
    const std::string_view name = field.key();
    if (state_->asked.contains(name)) continue;
    if (name.size() > kLongestEcho) refuse_body("The body has a field that is not known here.");
    const std::vector<std::string_view> known(state_->asked.begin(), state_->asked.end());
    const auto meant = nearest(name, known);
    refuse(name, meant ? fmt::format("is not known; did you mean '{}'?", *meant) : "is not known here");
  }
}

const std::string& JsonInput::as_sent() const { return state_->sent; }

Task<std::string> read_small_body(const net::Request& request, std::size_t most) {
  constexpr std::size_t kPiece = 16u << 10;
  const auto too_long = [&] { refuse_body(fmt::format("This body has at most {} bytes.", most)); };
  if (request.body->size().value_or(0) > most) too_long();
  std::string text;
  std::vector<std::byte> piece(std::min<std::size_t>(kPiece, request.body->size().value_or(kPiece)));
  for (;;) {
    const auto got = co_await request.body->read(piece);
    if (got == 0) break;
    text.append(reinterpret_cast<const char*>(piece.data()), got);
    if (text.size() > most) too_long();
  }
  co_return text;
}

std::string content_type_of(const net::Request& request) {
  const auto field = request.header("content-type").value_or("");
  return ascii_lowercase(trimmed(field.substr(0, field.find(';'))));
}

}  // namespace cairn::api
