#include "cairn/net/client.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace cairn::net {

Result<ClientAnswer> fetch(const ClientRequest& request) {
  const std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })> handle(curl_easy_init());
  if (!handle) return failure(ErrorCode::kUnavailable, "There is no memory for a request.");
  ClientAnswer answer{};
  const auto keep = +[](char* data, std::size_t size, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(data, size * count);
    return size * count;
  };
  const auto address = "http://localhost" + request.path;
  const std::string method(name_of(request.method));
  CURL* curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // no proxy of the environment stands between us and our own socket
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  const std::unique_ptr<curl_slist, decltype([](curl_slist* list) { curl_slist_free_all(list); })> fields(
      curl_slist_append(nullptr, "Content-Type: application/json"));
  if (!request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields.get());
  }
  if (const auto code = curl_easy_perform(curl); code != CURLE_OK)
    return failure(ErrorCode::kUnavailable,
                   fmt::format("The server at {} does not answer: {}", request.unix_socket, curl_easy_strerror(code)),
                   request.unix_socket);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace cairn::net
