#pragma once
#include <string>

#include "cairn/app/load_config.h"

namespace cairn::app {

// `cairn user …`: through the running server, or without one. Each gives the exit code.

/// What `cairn user add` is told.
struct NewUser {
  std::string name;
  std::string display_name;
  std::string password_file;  ///< its first line; empty: asked for on the terminal, or read from standard input
  bool admin = false;
};

/// `cairn user add NAME`.
int user_add(Files& files, const ConfigFlags& flags, const NewUser& user);

/// `cairn user list [--json]`: a line each: name, shown name, what is special.
int user_list(Files& files, const ConfigFlags& flags, bool as_json);

/// `cairn user password NAME`: gives another password, asked for as add does. Ends the person's sessions.
int user_password(Files& files, const ConfigFlags& flags, const std::string& name, const std::string& password_file);

/// `cairn user disable NAME` and `enable`: whether somebody may sign in. Ends the person's sessions.
int user_disable(Files& files, const ConfigFlags& flags, const std::string& name, bool disabled);

}  // namespace cairn::app
