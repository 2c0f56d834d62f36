#pragma once
#include <boost/json/object.hpp>

#include "cairn/api/call.h"
#include "cairn/api/tus_fields.h"

namespace cairn::api {

// What the handlers of the tus protocol share: uploads.cpp and upload_creation.cpp.

/// The schema Upload of api/openapi.yaml. `is_sent`: somebody sends bytes of it now.
[[nodiscard]] boost::json::object to_json(const upload::Upload& upload, bool is_sent);

/// Says in an answer about an upload how far it is, and what it became.
void tell(net::Response& response, const upload::Upload& upload);
/// The same, and all that its author has said of it.
void tell_all(net::Response& response, const upload::Upload& upload);

/// Answers by a handler that speaks tus: what it refuses is told with the protocol's version too.
[[nodiscard]] Task<net::Response> by_tus(const Call& call, Task<net::Response> (*handle)(const Call&));

/// Bytes of the request's body, if they are announced.
[[nodiscard]] std::optional<std::int64_t> coming(const net::Request& request);

/// Takes the request's body in. Whatever ends it too early, what may be kept is kept. Throws Failure(kChecksumMismatch), and as
/// UploadStream and Body::read().
[[nodiscard]] Task<upload::Upload> receive_upload(const Call& call, std::optional<Checksum> checksum,
                                                  upload::UploadStream& stream);

}  // namespace cairn::api
