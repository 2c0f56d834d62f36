// Resumable uploads by the tus protocol 1.0.0.
#include "cairn/upload/uploads.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/api/paging.h"
#include "cairn/api/receive.h"
#include "cairn/api/tus_fields.h"
#include "cairn/api/upload_aim.h"
#include "cairn/net/conditions.h"
#include "cairn/net/problem.h"
#include "cairn/upload/end_upload.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

using Keep = upload::UploadStream::Keep;

std::string address_of(const upload::Upload& upload) { return "/api/v1/uploads/" + upload.id.text(); }

std::string_view name_of(upload::Kind kind) {
  switch (kind) {
    case upload::Kind::kWhole: return "file";
    case upload::Kind::kPart: return "part";
    case upload::Kind::kJoined: return "joined";
  }
  std::unreachable();
}

json::object to_json(const upload::Upload& upload) {
  json::object object{{"id", upload.id.text()},
                      {"kind", name_of(upload.kind)},
                      {"state", upload.state == upload::State::kDone ? "done" : "open"},
                      {"offset", upload.received},
                      {"created_at", format_rfc3339(upload.created_at)},
                      {"expires_at", format_rfc3339(upload.expires_at)}};
  if (upload.size) object["size"] = *upload.size;
  if (upload.node) object["node_id"] = upload.node->text();
  object[upload.to.name || upload.kind == upload::Kind::kPart ? "parent_id" : "target_id"] = upload.to.node.text();
  json::object metadata;
  for (const auto& [key, value] : parse_metadata(upload.metadata)) metadata[key] = value;
  object["metadata"] = std::move(metadata);
  return object;
}

// What each answer about an upload says of it.
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

// Speaks tus: what a handler refuses is told with the protocol's version too.
Task<Response> by_tus(const Call& call, Task<Response> (*handle)(const Call&)) {
  std::optional<Response> response;
  try {
    require_tus(call.request);
    auto handling = handle(call);
    auto answered = co_await std::move(handling);
    response = std::move(answered);
  } catch (const Failure& failure) {
    constexpr int kOurFault = 500;
    if (net::status_of(failure.error().code) == kOurFault) throw;
    response = net::problem(failure.error(), call.request.id);
    response->fields.emplace_back("Tus-Version", kTusVersion);
  }
  response->fields.emplace_back("Tus-Resumable", kTusVersion);
  co_return *std::move(response);
}

// What a repeated request must say again.
std::string said_of_upload(const net::Request& request) {
  std::string said;
  for (const auto* field : {"Upload-Length", "Upload-Defer-Length", "Upload-Metadata", "Upload-Concat"})
    said += std::string(request.header(field).value_or("")) + "\n";
  return said;
}

std::optional<std::int64_t> size_of(const net::Request& request) {
  const auto size = bytes_in(request, "Upload-Length");
  const auto defer = request.header("upload-defer-length");
  if (defer && *defer != "1") throw Failure({ErrorCode::kInvalidInput, "Upload-Defer-Length is 1.", "Upload-Defer-Length"});
  if (size.has_value() == defer.has_value()) {
    throw Failure({ErrorCode::kInvalidInput,
                   "Say how many bytes will come, as Upload-Length; or that you do not know it yet, as Upload-Defer-Length: 1.",
                   "Upload-Length"});
  }
  return size;
}

std::optional<std::int64_t> coming(const net::Request& request) {
  if (request.chunked) return std::nullopt;
  return static_cast<std::int64_t>(std::min(request.content_length, static_cast<std::uint64_t>(tree::kUnlimited)));
}

Task<> receive_pieces(const Call& call, std::optional<Checksum>& checksum, upload::UploadStream& stream) {
  PieceReader pieces(*call.request.body);
  for (;;) {
    const auto piece = co_await pieces.next();
    if (piece.empty()) break;
    if (checksum) checksum->update(piece);
    co_await stream.write(piece);
    if (call.services.stopping)
      throw Failure({ErrorCode::kUnavailable, "The server stops. Go on in a moment from where the upload is."});
  }
  if (checksum) checksum->require_right();
}

// Takes the body in. Whatever ends it too early, what may be kept is kept.
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

Response created(const upload::Upload& upload) {
  auto response = json_response(201, to_json(upload));
  response.fields.emplace_back("Location", address_of(upload));
  tell(response, upload);
  return response;
}

Task<Response> join(const Call& call, const Concat& concat, UploadAim aim) {
  const auto said = call.request.header("upload-concat").value_or("");
  auto change = upload::JoinParts{.request = call.change(said_of_upload(call.request)),
                                  .space = aim.space,
                                  .parts = concat.parts,
                                  .to = std::move(aim.to),
                                  .metadata = std::string(call.request.header("upload-metadata").value_or("")),
                                  .said = std::string(said)};
  auto joining = call.services.uploads.join(call.turn, std::move(change));
  const auto finished = co_await std::move(joining);
  co_return created(finished.upload);
}

// Nobody has been told of it: what is left of it goes at once, not when its time is over.
Task<> forget(const Call& call, upload::Upload upload) {
  try {
    auto end = upload::EndUpload{.who = call.who, .space = upload.space, .id = upload.id};
    co_await call.write(end);
  } catch (const Failure&) {
    co_return;  // it goes when its time is over
  }
}

Task<Response> begin(const Call& call, bool is_part, std::optional<std::int64_t> size, UploadAim aim) {
  const bool has_body = call.request.has_body();
  auto checksum = Checksum::of(call.request);
  const auto keep = checksum ? Keep::kAllOrNothing : Keep::kAsItComes;
  const auto announced = coming(call.request);
  if (size && announced && *announced > *size)
    throw Failure({ErrorCode::kInvalidInput, "More bytes come than the upload has.", "Content-Length"});
  auto change = upload::BeginUpload{.request = call.change(said_of_upload(call.request)),
                                    .space = aim.space,
                                    .kind = is_part ? upload::Kind::kPart : upload::Kind::kWhole,
                                    .size = size,
                                    .to = std::move(aim.to),
                                    .metadata = std::string(call.request.header("upload-metadata").value_or(""))};
  auto beginning = call.services.uploads.begin(call.turn, std::move(change), has_body || size == 0, keep);
  auto begun = co_await std::move(beginning);
  if (!begun.stream) co_return created(begun.upload);
  std::exception_ptr broken;
  try {
    auto receiving = receive_upload(call, std::move(checksum), *begun.stream);
    const auto received = co_await std::move(receiving);
    co_return created(received);
  } catch (...) {
    broken = std::current_exception();  // thrown again once nothing is left
  }
  if (!call.request.header("idempotency-key")) co_await forget(call, begun.upload);
  std::rethrow_exception(broken);
}

Task<Response> create(const Call& call) {
  const auto concat = concat_of(call.request);
  const bool is_part = concat && concat->partial;
  const bool is_final = concat && !concat->partial;
  const auto metadata = parse_metadata(call.request.header("upload-metadata").value_or(""));
  std::optional<std::int64_t> size;
  if (!is_final) size = size_of(call.request);
  if (is_final && call.request.has_body())
    throw Failure({ErrorCode::kInvalidInput, "A file made of parts has no bytes of its own.", "Upload-Concat"});
  if (call.request.has_body()) require_tus_body(call.request);
  const bool done = co_await was_done(call, said_of_upload(call.request));
  UploadAim aim;
  if (!done) aim = co_await aim_of(call, metadata, is_part);  // else the operation remembers, and looks at nothing else
  auto making = is_final ? join(call, *concat, std::move(aim)) : begin(call, is_part, size, std::move(aim));
  auto response = co_await std::move(making);
  co_return response;
}

Task<upload::Upload> find(const Call& call) {
  auto look = upload::FindUpload{.who = call.who, .id = call.id<upload::UploadId>()};
  auto found = co_await call.read(look);
  co_return found;
}

// Clients take an upload that has all its bytes for a file; one that found no place is none.
void require_no_false_end(const upload::Upload& upload) {
  if (upload.kind != upload::Kind::kWhole || upload.state == upload::State::kDone || !upload.is_received()) return;
  throw Failure(
      {ErrorCode::kConflict,
       "All bytes have come, but the file could not be put in its place. PATCH without bytes tries again and says why."});
}

Task<Response> head(const Call& call) {
  const auto upload = co_await find(call);
  require_no_false_end(upload);
  Response response;
  tell_all(response, upload);
  co_return response;
}

Task<Response> go_on(const Call& call) {
  require_tus_body(call.request);
  const auto offset = bytes_in(call.request, "Upload-Offset");
  if (!offset) throw Failure({ErrorCode::kInvalidInput, "Say where these bytes begin, as Upload-Offset.", "Upload-Offset"});
  auto checksum = Checksum::of(call.request);
  auto taking = call.services.uploads.take(call.turn, call.who,
                                           {.id = call.id<upload::UploadId>(),
                                            .offset = *offset,
                                            .coming = coming(call.request),
                                            .declared = bytes_in(call.request, "Upload-Length"),
                                            .keep = checksum ? Keep::kAllOrNothing : Keep::kAsItComes});
  const auto stream = co_await std::move(taking);
  auto receiving = receive_upload(call, std::move(checksum), *stream);
  const auto upload = co_await std::move(receiving);
  auto response = no_content();
  tell(response, upload);
  co_return response;
}

Task<Response> end(const Call& call) {
  const auto upload = co_await find(call);
  auto change = upload::EndUpload{.who = call.who, .space = upload.space, .id = upload.id};
  co_await call.write(change);
  co_return no_content();
}

}  // namespace

// OPTIONS /uploads and /uploads/{id}
Task<Response> get_tus_options(const Call& /*call*/) {
  auto response = no_content();
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"Tus-Resumable", kTusVersion},
                                                                            {"Tus-Version", kTusVersion},
                                                                            {"Tus-Extension", kTusExtensions},
                                                                            {"Tus-Checksum-Algorithm", kTusChecksums}})
    response.fields.emplace_back(name, value);
  co_return response;
}

// GET /uploads
Task<Response> list_uploads(const Call& call) {
  auto list = upload::ListUploads{.who = call.who, .limit = page_limit(call) + 1};
  if (const auto place = place_in(call)) {
    list.after = upload::UploadId::parse(*place);
    if (!list.after) throw no_such_cursor();
  }
  auto found = co_await call.read(list);
  std::optional<std::string> next;
  if (found.size() == list.limit) {
    found.pop_back();
    next = cursor_of(found.back().id.text());
  }
  json::array items;
  for (const auto& upload : found) items.push_back(to_json(upload));
  co_return json_response(200, list_json(std::move(items), next));
}

// POST /uploads
Task<Response> create_upload(const Call& call) {
  auto response = co_await by_tus(call, create);
  co_return response;
}

// GET and HEAD /uploads/{id}
Task<Response> get_upload(const Call& call) {
  if (call.request.method == net::Method::kHead) {
    auto response = co_await by_tus(call, head);
    co_return response;
  }
  const auto upload = co_await find(call);
  co_return json_response(200, to_json(upload));
}

// PATCH /uploads/{id}
Task<Response> send_upload(const Call& call) {
  auto response = co_await by_tus(call, go_on);
  co_return response;
}

// DELETE /uploads/{id}
Task<Response> end_upload(const Call& call) {
  auto response = co_await by_tus(call, end);
  co_return response;
}

// POST /uploads/{id}: for clients that can send no PATCH and no DELETE
Task<Response> override_upload(const Call& call) {
  const auto method = call.request.header("x-http-method-override");
  if (method == "PATCH") {
    auto response = co_await send_upload(call);
    co_return response;
  }
  if (method == "DELETE") {
    auto response = co_await end_upload(call);
    co_return response;
  }
  throw Failure(
      {ErrorCode::kInvalidInput, "X-HTTP-Method-Override says which it is: PATCH or DELETE.", "X-HTTP-Method-Override"});
}

}  // namespace cairn::api
