#pragma once
#include <memory>
#include <string>

#include "cairn/app/data_directory.h"
#include "cairn/base/settings.h"
#include "cairn/net/http.h"

namespace cairn::app {

/// Where the command line asks about people: the server that runs on the data directory, or else what is stored there, opened
/// here as a server would. The answers are those of api/operator.h.
class UserOffice {
 public:
  /// Opens it; `make` makes a data directory that is missing. Throws Failure. What is passed by reference outlives this.
  UserOffice(Files& files, const Settings& settings, bool make);
  ~UserOffice();
  UserOffice(const UserOffice&) = delete;
  UserOffice& operator=(const UserOffice&) = delete;

  /// Adds somebody, lists those after a name, changes one. Throw Failure.
  std::string add(const std::string& body);
  std::string list(const std::string& after);
  std::string change(const std::string& name, const std::string& body);

 private:
  class Here;
  std::string ask_server(net::Method method, const std::string& path, const std::string& body);

  std::unique_ptr<Here> here_;  // none if a server runs
  std::string socket_;
};

}  // namespace cairn::app
