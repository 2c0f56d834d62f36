#include "cairn/net/chunked_decoder.h"

#include <algorithm>

#include <llhttp.h>

namespace cairn::net {
namespace {

constexpr std::size_t kLongestExtension = 1'024;
constexpr std::size_t kLongestTrailers = 16u << 10;
constexpr std::size_t kMostTrailers = 100;
// What makes llhttp expect a chunked body: the request's own head was parsed elsewhere.
constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

}  // namespace

struct ChunkedDecoder::State {
  llhttp_t parser{};
  std::span<std::byte> into;
  std::size_t given = 0;
  std::size_t extension = 0;  // bytes in this chunk's
  std::size_t trailers = 0;   // bytes
  std::size_t fields = 0;
  std::size_t frame = 0;  // bytes since the last one of the body
  bool in_body = false;
  bool ended = false;

  static State& of(llhttp_t* parser) { return *static_cast<State*>(parser->data); }

  static int count_extension(llhttp_t* parser, const char* /*at*/, std::size_t length) {
    return (of(parser).extension += length) > kLongestExtension ? HPE_USER : 0;
  }
  static int count_trailer(llhttp_t* parser, const char* /*at*/, std::size_t length) {
    auto& state = of(parser);
    return state.in_body && (state.trailers += length) > kLongestTrailers ? HPE_USER : 0;
  }
  static int take(llhttp_t* parser, const char* at, std::size_t length) {
    auto& state = of(parser);
    std::ranges::copy(std::as_bytes(std::span(at, length)), state.into.subspan(state.given).begin());
    state.given += length;
    return 0;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t kSettings = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_body = take;
      made.on_headers_complete = [](llhttp_t* parser) {
        of(parser).in_body = true;
        return 0;
      };
      made.on_chunk_header = [](llhttp_t* parser) {
        of(parser).extension = 0;
        return 0;
      };
      made.on_chunk_extension_name = count_extension;
      made.on_chunk_extension_value = count_extension;
      made.on_header_field = count_trailer;
      made.on_header_value = count_trailer;
      made.on_header_value_complete = [](llhttp_t* parser) {
        auto& state = of(parser);
        return state.in_body && ++state.fields > kMostTrailers ? static_cast<int>(HPE_USER) : 0;
      };
      made.on_message_complete = [](llhttp_t* parser) -> int {
        of(parser).ended = true;
        return HPE_PAUSED;
      };
      return made;
    }();
    return kSettings;
  }
};

ChunkedDecoder::ChunkedDecoder() : state_(std::make_unique<State>()) {
  llhttp_init(&state_->parser, HTTP_REQUEST, &State::settings());
  state_->parser.data = state_.get();
  llhttp_execute(&state_->parser, kHead.data(), kHead.size());
}

ChunkedDecoder::~ChunkedDecoder() = default;

Result<ChunkedDecoder::Decoded> ChunkedDecoder::decode(std::string_view coded, std::span<std::byte> into) {
  auto& state = *state_;
  state.into = into;
  state.given = 0;
  const auto result = llhttp_execute(&state.parser, coded.data(), coded.size());
  if (state.ended && result == HPE_PAUSED) {
    const auto taken = static_cast<std::size_t>(llhttp_get_error_pos(&state.parser) - coded.data());
    return Decoded{.taken = taken, .given = state.given};
  }
  // What is counted nowhere else can be repeated too: zeros before a size, semicolons, spaces.
  state.frame = state.given > 0 ? 0 : state.frame + coded.size();
  if (result != HPE_OK || state.frame > kLongestExtension + 2 * kLongestTrailers)
    return failure(ErrorCode::kInvalidInput, "The chunked body is not well formed.", "body");
  return Decoded{.taken = coded.size(), .given = state.given};
}

bool ChunkedDecoder::ended() const { return state_->ended; }

}  // namespace cairn::net
