#include "cairn/app/status_command.h"

#include <cstdio>

#include <fmt/format.h>

#include "cairn/app/config_command.h"
#include "cairn/app/data_directory.h"
#include "cairn/app/exit_code.h"
#include "cairn/net/client.h"

namespace cairn::app {

int status(Files& files, const ConfigFlags& flags) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto socket = find_admin_socket(files, config->settings().data.dir);
  if (!socket) return complain(socket.error());
  const auto answer = net::fetch({.unix_socket = *socket, .path = "/status"});
  if (!answer) return complain(answer.error());
  if (answer->status != 200)
    return complain({ErrorCode::kUnavailable, fmt::format("The server answered {}: {}", answer->status, answer->body)});
  fmt::print("{}\n", answer->body);
  return 0;
}

}  // namespace cairn::app
