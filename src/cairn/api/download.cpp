#include <fmt/format.h>

#include "cairn/api/handlers.h"
#include "cairn/api/receive.h"
#include "cairn/api/send.h"
#include "cairn/net/conditions.h"
#include "cairn/net/range.h"
#include "cairn/net/target.h"
#include "cairn/tree/media_type.h"

namespace cairn::api {
namespace {

class FileSource final : public net::BodySource {
 public:
  explicit FileSource(tree::ContentHandle handle) : handle_(std::move(handle)) {}
  Task<std::size_t> read(std::span<std::byte> into) override {
    const auto got = co_await handle_.read(into);
    co_return got;
  }
  Task<FilePiece> next_piece(std::size_t most) override {
    const auto piece = co_await handle_.next_piece(most);
    co_return piece;
  }

 private:
  tree::ContentHandle handle_;
};

// RFC 6266: a name that old clients can read, and the right one.
std::string disposition(std::string_view kind, std::string_view name) {
  std::string ascii;
  for (const char c : name) ascii += c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%' ? c : '_';
  return fmt::format("{}; filename=\"{}\"; filename*=UTF-8''{}", kind, ascii, net::percent_encode(name, false));
}

// What may happen where the bytes are shown: nothing. A PDF must do without the sandbox, in which some browsers do not start
// their viewer; that runs apart from the page and its origin, and nosniff keeps everybody from taking the bytes for anything
// else.
std::string_view policy_for(std::string_view media_type) {
  if (media_type == tree::kPdf)
    return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'self'";
  return "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
}

// What stands beside the bytes, whatever is sent of them.
Response head_of(const Call& call, const tree::ContentHandle& handle, std::string_view etag) {
  const auto& version = handle.version();
  // As plain text whatever its kind: a page of ours could be tricked into loading a script or a style, sandbox or not.
  const bool is_text = version.media_type.starts_with("text/") || version.media_type == "application/json" ||
                       version.media_type == "application/xml";
  const bool shown = wants_inline(call) && (is_text || tree::may_be_shown_inline(version.media_type));
  Response response;
  response.content_type = is_text ? "text/plain; charset=utf-8" : version.media_type;
  response.fields = {
      {"ETag", std::string(etag)},
      {"Last-Modified", net::http_date(std::min(version.modified_at, call.services.clock.now()))},
      {"Accept-Ranges", "bytes"},
      {"Content-Disposition", disposition(shown ? "inline" : "attachment", handle.node().name)},
      {"Cache-Control", "private, no-cache"},
      {"Content-Security-Policy", std::string(policy_for(response.content_type))},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"Vary", "Authorization, Cookie"},
  };
  if (handle.digest() && call.request.header("want-repr-digest"))
    response.fields.emplace_back("Repr-Digest", digest_field("blake3", *handle.digest()));
  return response;
}

// An answer that has no body.
Response bare(Response response, int status) {
  response.status = status;
  response.content_type.clear();
  return response;
}

}  // namespace

bool wants_inline(const Call& call) {
  const auto text = call.parameter("disposition");
  if (!text || *text == "attachment") return false;
  if (*text == "inline") return true;
  throw Failure({ErrorCode::kInvalidInput, "disposition is inline or attachment.", "disposition"});
}

std::optional<tree::VersionId> version_in(const Call& call) {
  const auto text = call.parameter("version");
  if (!text) return std::nullopt;
  const auto version = tree::VersionId::parse(*text);
  if (!version) throw Failure({ErrorCode::kNotFound, "The file has no such version.", "version"});
  return version;
}

Response send_content(const Call& call, tree::ContentHandle handle) {
  const auto& request = call.request;
  const auto etag = "\"" + handle.version().id.text() + "\"";
  const auto size = static_cast<std::uint64_t>(handle.version().size);
  auto response = head_of(call, handle, etag);
  // By the tag alone: an author chooses a file's time, so that an older one says nothing about the content.
  switch (net::evaluate(request, {.etag = etag})) {
    case net::Precondition::kNotModified: return bare(std::move(response), 304);
    case net::Precondition::kFailed:
      throw Failure({ErrorCode::kPreconditionFailed, "The file is not in the state that was asked for.", "If-Match"});
    case net::Precondition::kHolds: break;
  }
  const auto range = net::requested_range(request, etag, size);
  if (!range) {
    auto refused = bare(std::move(response), 416);
    refused.fields.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return refused;
  }
  response.stream_length = size;
  std::optional<store::ByteRange> chosen;
  if (const auto& part = *range) {
    response.status = 206;
    response.stream_length = part->length;
    response.fields.emplace_back("Content-Range", net::content_range(*part, size));
    chosen = store::ByteRange{.offset = part->offset, .length = part->length};
  }
  if (request.method != net::Method::kHead) handle.select(chosen);
  response.stream = std::make_unique<FileSource>(std::move(handle));
  return response;
}

// GET /nodes/{id}/content?disposition=&version=
Task<Response> get_content(const Call& call) {
  auto opening = call.services.tree.open(call.turn, call.who, call.id<tree::NodeId>(), version_in(call));
  auto handle = co_await std::move(opening);
  co_return send_content(call, std::move(handle));
}

}  // namespace cairn::api
