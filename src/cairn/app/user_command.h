#pragma once
#include <string>

#include "cairn/app/load_config.h"

namespace cairn::app {

/// What `cairn user add` is told.
struct NewUser {
  std::string name;
  std::string display_name;
  std::string password_file;  ///< its first line; empty: asked for on the terminal, or read from standard input
  bool admin = false;
};

/// `cairn user add NAME`: through the running server, or without one. Gives the exit code.
int user_add(Files& files, const ConfigFlags& flags, const NewUser& user);

}  // namespace cairn::app
