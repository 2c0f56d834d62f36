#include "cairn/app/user_command.h"

#include <cstdio>
#include <iostream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/user_office.h"
#include "cairn/base/utf8.h"

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

Result<Secret> read_password(Files& files, const std::string& name, const std::string& password_file) {
  if (!password_file.empty()) {
    const auto text = read_text(files, password_file, kLongestPassword, OpenMode::kReadOperatorFile);
    if (!text) return failure(text);
    return first_line(*text);
  }
  std::string line;
  if (::isatty(STDIN_FILENO) == 0) {
    std::getline(std::cin, line);
    return first_line(line);
  }
  const NoEcho hidden;
  fmt::print(stderr, "Password for {}: ", name);
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

std::string text_of(const json::object& object, std::string_view field) { return std::string(object.at(field).as_string()); }

// Does something by the configuration, which is looked at before anybody types a password; gives the exit code.
template <class Work>
int with_settings(Files& files, const ConfigFlags& flags, Work work) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  try {
    work(config->settings());
    return 0;
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

void print_line(const json::object& person) {
  fmt::print("{}\t{}{}{}\n", text_of(person, "name"), printable(text_of(person, "display_name")),
             person.at("admin").as_bool() ? "\tadministrator" : "", person.at("disabled").as_bool() ? "\tdisabled" : "");
}

}  // namespace

int user_add(Files& files, const ConfigFlags& flags, const NewUser& user) {
  return with_settings(files, flags, [&](const Settings& settings) {
    const auto password = value_or_throw(read_password(files, user.name, user.password_file));
    UserOffice office(files, settings, true);
    const auto added = json::parse(office.add(json::serialize(to_json(user, password))));
    fmt::print("{} {}\n", text_of(added.as_object(), "id"), user.name);
  });
}

int user_list(Files& files, const ConfigFlags& flags, bool as_json) {
  return with_settings(files, flags, [&](const Settings& settings) {
    UserOffice office(files, settings, false);
    json::array all;
    for (std::string after;;) {
      const auto page = json::parse(office.list(after));
      for (const auto& person : page.at("items").as_array()) {
        if (as_json) {
          all.push_back(person);
        } else {
          print_line(person.as_object());
        }
      }
      if (!page.as_object().contains("next")) break;
      after = text_of(page.as_object(), "next");
    }
    if (as_json) fmt::print("{}\n", json::serialize(all));
  });
}

int user_password(Files& files, const ConfigFlags& flags, const std::string& name, const std::string& password_file) {
  return with_settings(files, flags, [&](const Settings& settings) {
    const auto password = value_or_throw(read_password(files, name, password_file));
    UserOffice office(files, settings, false);
    office.change(name, json::serialize(json::object{{"password", password.reveal()}}));
    fmt::print("{} has another password, and is signed out everywhere.\n", name);
  });
}

int user_disable(Files& files, const ConfigFlags& flags, const std::string& name, bool disabled) {
  return with_settings(files, flags, [&](const Settings& settings) {
    UserOffice office(files, settings, false);
    office.change(name, json::serialize(json::object{{"disabled", disabled}}));
    fmt::print("{} {}.\n", name, disabled ? "is signed out everywhere and cannot sign in any more" : "can sign in again");
  });
}

}  // namespace cairn::app
