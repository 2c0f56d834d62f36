// Resumable uploads by the tus protocol 1.0.0.
#include "cairn/upload/uploads.h"

#include <boost/json/array.hpp>

#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/api/paging.h"
#include "cairn/api/tus_answers.h"
#include "cairn/upload/end_upload.h"

namespace cairn::api {
namespace {

namespace json = boost::json;

using Keep = upload::UploadStream::Keep;

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
  const auto now = call.services.clock.now();
  for (const auto& upload : found) items.push_back(to_json(upload, upload.lease_until > now));
  co_return json_response(200, list_json(std::move(items), next));
}

// GET and HEAD /uploads/{id}
Task<Response> get_upload(const Call& call) {
  if (call.request.method == net::Method::kHead) {
    auto response = co_await by_tus(call, head);
    co_return response;
  }
  const auto upload = co_await find(call);
  co_return json_response(200, to_json(upload, upload.lease_until > call.services.clock.now()));
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
