// Beginning an upload, and making a file of parts.
#include "cairn/api/handlers.h"
#include "cairn/api/json_output.h"
#include "cairn/api/tus_answers.h"
#include "cairn/api/upload_aim.h"
#include "cairn/upload/end_upload.h"
#include "cairn/upload/uploads.h"

namespace cairn::api {
namespace {

using Keep = upload::UploadStream::Keep;

std::string address_of(const upload::Upload& upload) { return "/api/v1/uploads/" + upload.id.text(); }

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

Response created(const upload::Upload& upload) {
  auto response = json_response(201, to_json(upload, false));
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

// Of one that has all its bytes and found no place, the place is tried once more: else it would look as if it were done.
Task<Response> created_before(const Call& call, upload::Upload upload) {
  const bool waits = upload.kind == upload::Kind::kWhole && upload.state == upload::State::kOpen && upload.is_received();
  if (!waits) co_return created(upload);
  auto taking = call.services.uploads.take(call.turn, call.who, {.id = upload.id, .offset = upload.received});
  const auto stream = co_await std::move(taking);
  std::exception_ptr failed;
  try {
    auto ending = stream->end();
    const auto ended = co_await std::move(ending);
    co_return created(ended);
  } catch (const Failure&) {
    failed = std::current_exception();
  }
  co_await stream->break_off();
  std::rethrow_exception(failed);
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
                                    .coming = announced.value_or(0),
                                    .to = std::move(aim.to),
                                    .metadata = std::string(call.request.header("upload-metadata").value_or(""))};
  auto beginning = call.services.uploads.begin(call.turn, std::move(change), has_body || size == 0, keep);
  auto begun = co_await std::move(beginning);
  if (!begun.stream) {
    auto repeating = created_before(call, std::move(begun.upload));
    auto response = co_await std::move(repeating);
    co_return response;
  }
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
  if (is_final && (call.request.header("upload-length") || call.request.header("upload-defer-length")))
    throw Failure({ErrorCode::kInvalidInput, "A file made of parts has the length of its parts.", "Upload-Length"});
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

}  // namespace

// POST /uploads
Task<Response> create_upload(const Call& call) {
  auto response = co_await by_tus(call, create);
  co_return response;
}

}  // namespace cairn::api
