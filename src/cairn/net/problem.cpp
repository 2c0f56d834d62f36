#include "cairn/net/problem.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cairn/base/utf8.h"

namespace cairn::net {
namespace {

namespace json = boost::json;

// How an error shows on HTTP. The types are stable: programs compare them.
struct Kind {
  int status;
  std::string_view type;
};

Kind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput: return {400, "invalid-input"};
    case ErrorCode::kUnsupportedMedia: return {415, "unsupported-media"};
    case ErrorCode::kChecksumMismatch: return {460, "checksum-mismatch"};  // tus 1.0
    case ErrorCode::kNotFound: return {404, "not-found"};
    case ErrorCode::kAlreadyExists: return {409, "name-taken"};
    case ErrorCode::kConflict: return {409, "conflict"};
    case ErrorCode::kLocked: return {423, "locked"};
    case ErrorCode::kGone: return {410, "gone"};
    case ErrorCode::kPreconditionFailed: return {412, "precondition-failed"};
    case ErrorCode::kUnauthenticated: return {401, "unauthenticated"};
    case ErrorCode::kDenied: return {403, "denied"};
    case ErrorCode::kReusedKey: return {422, "idempotency-key-reused"};
    case ErrorCode::kTooManyAttempts: return {429, "too-many-attempts"};
    case ErrorCode::kTooManyUploads: return {429, "too-many-uploads"};
    case ErrorCode::kQuotaExceeded: return {507, "quota-exceeded"};
    case ErrorCode::kRangeNotSatisfiable: return {416, "range-not-satisfiable"};
    case ErrorCode::kNoSpace: return {507, "no-space"};
    case ErrorCode::kUnavailable: return {503, "unavailable"};
    case ErrorCode::kIo: return {500, "storage-failed"};
    case ErrorCode::kCorrupt: return {500, "damaged"};
    case ErrorCode::kInternal: return {500, "internal"};
  }
  std::unreachable();
}

Response document(Kind kind, std::string_view detail, std::string_view subject, std::string_view request_id) {
  json::object problem{{"type", "/problems/" + std::string(kind.type)},
                       {"title", reason_phrase(kind.status)},
                       {"status", kind.status},
                       {"detail", with_valid_utf8(detail)},
                       {"request_id", request_id}};
  if (!subject.empty())
    problem["errors"] = json::array{
        json::object{{"pointer", with_valid_utf8(subject)}, {"code", kind.type}, {"detail", with_valid_utf8(detail)}}};
  Response response{.status = kind.status, .content_type = "application/problem+json", .body = json::serialize(problem)};
  return response;
}

}  // namespace

int status_of(ErrorCode code) { return kind_of(code).status; }

Response problem(const Error& error, std::string_view request_id) {
  const auto kind = kind_of(error.code);
  // What went wrong inside stays inside: it goes to the log under the request's id.
  if (kind.status == 500)
    return document(kind, "The server could not do this. The log tells more under the request's id.", "", request_id);
  auto told = document(kind, error.message, error.subject, request_id);
  const auto wait = error.retry_after > 0 ? error.retry_after : 1;
  if (kind.status == 429 || kind.status == 503) told.fields.emplace_back("Retry-After", std::to_string(wait));
  if (kind.status == 401) told.fields.emplace_back("WWW-Authenticate", "Bearer");
  return told;
}

Response problem_of(const std::exception_ptr& error, const Request& request, const Failed& failed) {
  Error told{ErrorCode::kInternal, "An error of unknown kind."};
  try {
    std::rethrow_exception(error);
  } catch (const Failure& failure) {
    told = failure.error();
  } catch (const std::exception& unexpected) {
    told.message = unexpected.what();
  } catch (...) {  // not even a std::exception: what was told above stands
    told.subject = "unknown";
  }
  const bool is_ours = told.code != ErrorCode::kQuotaExceeded && told.code != ErrorCode::kUnavailable;
  if (status_of(told.code) >= 500 && is_ours) failed(request, told.message);
  return problem(told, request.id);
}

Response problem(int status, std::string_view type, std::string_view detail, std::string_view request_id) {
  return document({status, type}, detail, "", request_id);
}

}  // namespace cairn::net
