#pragma once
#include <string>

#include "cairn/app/load_config.h"

namespace cairn::app {

/// What `cairn import` is told.
struct ImportOrder {
  std::string source;  ///< a directory; what is in it is taken
  std::string user;    ///< into whose home
  std::string into;    ///< a folder there; empty is the home itself
};

/// `cairn import DIR --user NAME [--into FOLDER]`: takes a directory tree in as it lies. The server must not run. Gives the exit
/// code: EX_DATAERR if something was passed over, EX_TEMPFAIL if a signal stopped it.
int import_files(Files& files, const ConfigFlags& flags, const ImportOrder& order);

}  // namespace cairn::app
