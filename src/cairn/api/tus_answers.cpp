#include "cairn/api/tus_answers.h"

#include "cairn/api/receive.h"
#include "cairn/net/conditions.h"
#include "cairn/net/problem.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

std::string_view name_of(upload::Kind kind) {
  switch (kind) {
    case upload::Kind::kWhole: return "file";
    case upload::Kind::kPart: return "part";
    case upload::Kind::kJoined: return "joined";
  }
  std::unreachable();
}

Task<> receive_pieces(const Call& call, std::optional<Checksum>& checksum, upload::UploadStream& stream) {
  PieceReader pieces(*call.request.body);
  std::uint64_t received = 0;
  for (;;) {
    const auto piece = co_await pieces.next();
    if (piece.empty()) break;
    if (checksum) checksum->update(piece);
    co_await stream.write(piece);
    received += piece.size();
    const bool is_last = call.request.body->size() && received == *call.request.body->size();
    if (call.services.stopping && !is_last)
      throw Failure({ErrorCode::kUnavailable, "The server stops. Go on in a moment from where the upload is."});
  }
  if (checksum) checksum->require_right();
}

}  // namespace

json::object to_json(const upload::Upload& upload, bool is_sent) {
  json::object object{{"id", upload.id.text()},
                      {"kind", name_of(upload.kind)},
                      {"state", upload.state == upload::State::kDone ? "done" : "open"},
                      {"offset", upload.received},
                      {"created_at", format_rfc3339(upload.created_at)},
                      {"expires_at", format_rfc3339(upload.expires_at)}};
  if (upload.size) object["size"] = *upload.size;
  if (upload.node) object["node_id"] = upload.node->text();
  if (is_sent) object["busy"] = true;
  object[upload.to.name || upload.kind == upload::Kind::kPart ? "parent_id" : "target_id"] = upload.to.node.text();
  json::object metadata;
  for (const auto& [key, value] : parse_metadata(upload.metadata)) metadata[key] = value;
  object["metadata"] = std::move(metadata);
  return object;
}

void tell(net::Response& response, const upload::Upload& upload) {
  auto& fields = response.fields;
  fields.emplace_back("Upload-Offset", std::to_string(upload.received));
  fields.emplace_back("Upload-Expires", net::http_date(upload.expires_at));
  if (upload.node) fields.emplace_back("Cairn-Node", upload.node->text());
}

void tell_all(net::Response& response, const upload::Upload& upload) {
  tell(response, upload);
  auto& fields = response.fields;
  if (upload.size) {
    fields.emplace_back("Upload-Length", std::to_string(*upload.size));
  } else {
    fields.emplace_back("Upload-Defer-Length", "1");
  }
  if (!upload.metadata.empty()) fields.emplace_back("Upload-Metadata", upload.metadata);
  if (upload.kind == upload::Kind::kPart) fields.emplace_back("Upload-Concat", "partial");
  if (upload.kind == upload::Kind::kJoined) fields.emplace_back("Upload-Concat", upload.parts);
}

Task<net::Response> by_tus(const Call& call, Task<net::Response> (*handle)(const Call&)) {
  std::optional<net::Response> response;
  try {
    require_tus(call.request);
    auto handling = handle(call);
    auto answered = co_await std::move(handling);
    response = std::move(answered);
  } catch (const Failure& failure) {
    constexpr int kOurFault = 500;
    const auto code = failure.error().code;
    const bool is_told_elsewhere =
        net::status_of(code) >= kOurFault && code != ErrorCode::kUnavailable && code != ErrorCode::kQuotaExceeded;
    if (is_told_elsewhere) throw;
    response = net::problem(failure.error(), call.request.id);
    response->fields.emplace_back("Tus-Version", kTusVersion);
  }
  response->fields.emplace_back("Tus-Resumable", kTusVersion);
  co_return *std::move(response);
}

std::optional<std::int64_t> coming(const net::Request& request) {
  if (request.chunked) return std::nullopt;
  return static_cast<std::int64_t>(std::min(request.content_length, static_cast<std::uint64_t>(tree::kUnlimited)));
}

Task<upload::Upload> receive_upload(const Call& call, std::optional<Checksum> checksum, upload::UploadStream& stream) {
  std::exception_ptr broken;
  try {
    auto receiving = receive_pieces(call, checksum, stream);
    co_await std::move(receiving);
    auto ending = stream.end();
    auto upload = co_await std::move(ending);
    co_return upload;
  } catch (...) {
    broken = std::current_exception();  // thrown again once what came is kept
  }
  co_await stream.break_off();
  std::rethrow_exception(broken);
}

}  // namespace cairn::api
