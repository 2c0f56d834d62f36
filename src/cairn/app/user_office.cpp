#include "cairn/app/user_office.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cairn/api/operator.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/portal.h"
#include "cairn/net/client.h"
#include "cairn/net/target.h"
#include "cairn/runtime/blocking.h"

namespace cairn::app {
namespace {

namespace json = boost::json;

ErrorCode code_of(int status, std::string_view type) {
  switch (status) {
    case 400: return ErrorCode::kInvalidInput;
    case 404: return ErrorCode::kNotFound;
    case 409: return type.ends_with("name-taken") ? ErrorCode::kAlreadyExists : ErrorCode::kConflict;
    case 503: return ErrorCode::kUnavailable;
    case 507: return ErrorCode::kNoSpace;
    default:
      if (type.ends_with("storage-failed")) return ErrorCode::kIo;
      return type.ends_with("damaged") ? ErrorCode::kCorrupt : ErrorCode::kInternal;
  }
}

}  // namespace

// All that a server has, but for the network.
class UserOffice::Here {
 public:
  Here(Files& files, DataDirectory data, const Settings& settings)
      : data_(std::move(data)),
        log_(STDERR_FILENO, LogLevel::kWarning, clock_),
        storage_(files, data_, settings, log_, clock_, metrics_, db::Lane::Events{.halted = [](const Error&) {}}),
        portal_(
            {.files = files, .data = data_, .storage = storage_, .settings = settings, .clock = clock_, .metrics = metrics_}) {
    if (storage_.fresh_recovery_code()) {
      warn(fmt::format(
          "The master key was made just now. Print its recovery code and keep it on paper: cairn key recovery-code --data {}",
          data_.path()));
    }
  }

  [[nodiscard]] const api::Services& services() const { return portal_.services(); }

 private:
  const SystemClock clock_;
  DataDirectory data_;
  Log log_;
  Metrics metrics_;
  Storage storage_;
  Portal portal_;
};

UserOffice::UserOffice(Files& files, const Settings& settings, bool make) {
  auto data = make ? DataDirectory::open(files, settings.data.dir) : DataDirectory::open_existing(files, settings.data.dir);
  if (data) {
    here_ = std::make_unique<Here>(files, *std::move(data), settings);
    return;
  }
  if (data.error().code != ErrorCode::kConflict) throw Failure(data.error());
  const auto socket = find_admin_socket(files, settings.data.dir);
  if (!socket) throw Failure(data.error());  // another command is at work there
  socket_ = *socket;
}

UserOffice::~UserOffice() = default;

std::string UserOffice::add(const std::string& body) {
  if (here_) return run_blocking(api::add_for_operator(here_->services(), body));
  return ask_server(net::Method::kPost, "/users", body);
}

std::string UserOffice::list(const std::string& after) {
  if (here_) return run_blocking(api::list_for_operator(here_->services(), after));
  return ask_server(net::Method::kGet, "/users?after=" + net::percent_encode(after, false), "");
}

std::string UserOffice::change(const std::string& name, const std::string& body) {
  if (here_) return run_blocking(api::change_for_operator(here_->services(), name, body));
  return ask_server(net::Method::kPatch, "/users/" + net::percent_encode(name, false), body);
}

std::string UserOffice::ask_server(net::Method method, const std::string& path, const std::string& body) {
  const auto answer = value_or_throw(net::fetch({.method = method, .unix_socket = socket_, .path = path, .body = body}));
  if (answer.status / 100 == 2) return answer.body;
  boost::system::error_code error;
  const auto told = json::parse(answer.body, error);
  const auto text = [&](std::string_view field) {
    const auto* value = !error && told.is_object() ? told.as_object().if_contains(field) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : fmt::format("status {}", answer.status);
  };
  throw Failure({code_of(answer.status, text("type")), text("detail")});
}

}  // namespace cairn::app
