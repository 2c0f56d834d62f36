#include "cairn/app/user_command.h"

#include <cstdio>
#include <iostream>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "cairn/api/new_person.h"
#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/portal.h"
#include "cairn/base/text.h"
#include "cairn/net/client.h"
#include "cairn/runtime/blocking.h"

namespace cairn::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestPassword = 4'096;

// Letters that are typed do not show while this lives.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

Secret first_line(std::string_view text) {
  auto line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Secret(std::string(line));
}

Result<Secret> read_password(Files& files, const NewUser& user) {
  if (!user.password_file.empty()) {
    const auto text = read_text(files, user.password_file, kLongestPassword, OpenMode::kReadOperatorFile);
    if (!text) return failure(text);
    return first_line(*text);
  }
  std::string line;
  if (::isatty(STDIN_FILENO) == 0) {
    std::getline(std::cin, line);
    return first_line(line);
  }
  const NoEcho hidden;
  fmt::print(stderr, "Password for {}: ", user.name);
  std::getline(std::cin, line);
  std::string again;
  fmt::print(stderr, "\nOnce more: ");
  std::getline(std::cin, again);
  fmt::print(stderr, "\n");
  if (line != again) return failure(ErrorCode::kInvalidInput, "The two are not the same.");
  return Secret(line);
}

json::object to_json(const NewUser& user, const Secret& password) {
  json::object object{{"name", user.name}, {"password", password.reveal()}, {"admin", user.admin}};
  if (!user.display_name.empty()) object["display_name"] = user.display_name;
  return object;
}

ErrorCode code_of(int status) {
  switch (status) {
    case 400: return ErrorCode::kInvalidInput;
    case 409: return ErrorCode::kAlreadyExists;
    case 503: return ErrorCode::kUnavailable;
    case 507: return ErrorCode::kNoSpace;
    default: return ErrorCode::kInternal;
  }
}

Result<std::string> ask_server(const std::string& socket, const std::string& body) {
  auto answer = net::fetch({.method = net::Method::kPost, .unix_socket = socket, .path = "/users", .body = body});
  if (!answer) return failure(answer);
  boost::system::error_code error;
  const auto told = json::parse(answer->body, error);
  const auto text = [&](std::string_view field) {
    const auto* value = !error && told.is_object() ? told.as_object().if_contains(field) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : fmt::format("status {}", answer->status);
  };
  if (answer->status != 201) return failure(code_of(answer->status), text("detail"));
  return text("id");
}

// The same without a server.
std::string add_here(Files& files, const DataDirectory& data, const Settings& settings, const std::string& body) {
  const SystemClock clock;
  Log log(STDERR_FILENO, LogLevel::kWarning, clock);
  Metrics metrics;
  Storage storage(files, data, settings, log, clock, metrics, db::Lane::Events{.halted = [](const Error&) {}});
  if (storage.fresh_recovery_code()) {
    fmt::print(
        stderr,
        "The master key was made just now. Print its recovery code and keep it on paper: cairn key recovery-code --data {}\n",
        data.path());
  }
  Portal portal({.files = files, .data = data, .storage = storage, .settings = settings, .clock = clock, .metrics = metrics});
  auto input = api::JsonInput::parse(body);
  auto wanted = api::WantedPerson::read_with_admin(input);
  const auto person = run_blocking(api::add_for_operator(portal.services(), std::move(wanted)));
  return person.id.text();
}

}  // namespace

int user_add(Files& files, const ConfigFlags& flags, const NewUser& user) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto password = read_password(files, user);
  if (!password) return complain(password.error());
  const auto& settings = config->settings();
  const auto body = json::serialize(to_json(user, *password));
  try {
    const auto data = DataDirectory::open(files, settings.data.dir);
    if (!data && data.error().code != ErrorCode::kConflict) return complain(data.error());
    const auto id = data ? add_here(files, *data, settings, body)
                         : value_or_throw(ask_server(value_or_throw(find_admin_socket(files, settings.data.dir)), body));
    fmt::print("{} {}\n", id, user.name);
    return 0;
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

}  // namespace cairn::app
