#include "cairn/app/fsck_command.h"

#include <chrono>

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include "cairn/app/config_command.h"
#include "cairn/app/examination.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/progress_line.h"
#include "cairn/net/client.h"
#include "cairn/runtime/blocking.h"

namespace cairn::app {
namespace {

constexpr std::chrono::hours kLongest{24 * 7};  // the server ends it earlier, by its answer or by stopping

Result<std::string> ask_server(Files& files, const Settings& settings, bool deep) {
  const auto socket = find_admin_socket(files, settings.data.dir);
  if (!socket) return failure(socket);
  auto answer = net::fetch({.unix_socket = *socket, .path = deep ? "/fsck/deep" : "/fsck", .timeout = kLongest});
  if (!answer) return failure(answer);
  if (answer->status != 200)
    return failure(ErrorCode::kUnavailable, fmt::format("The server answered {}: {}", answer->status, answer->body));
  return answer->body;
}

std::string examine_here(Files& files, const DataDirectory& data, const Settings& settings, bool deep) {
  const SystemClock clock;
  Log log(STDERR_FILENO, LogLevel::kWarning, clock);
  Metrics metrics;
  Storage storage(files, data, settings, log, clock, metrics, db::Lane::Events{.halted = [](const Error&) {}});
  ProgressLine line;
  const auto findings = run_blocking(examine(storage, deep, [&](const content::Examiner::Progress& progress) {
    if (line.is_due()) line.show(fmt::format("{} {}", progress.what, progress.done));
    return true;
  }));
  return to_json(findings);
}

}  // namespace

int fsck(Files& files, const ConfigFlags& flags, bool deep, bool as_json) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto& settings = config->settings();
  try {
    const auto data = DataDirectory::open_existing(files, settings.data.dir);
    if (!data && data.error().code != ErrorCode::kConflict) return complain(data.error());
    const auto findings = data ? examine_here(files, *data, settings, deep) : value_or_throw(ask_server(files, settings, deep));
    const auto told = tell_findings(findings);
    fmt::print("{}", as_json ? findings + "\n" : told.text);
    return told.all_well ? 0 : EX_DATAERR;
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

}  // namespace cairn::app
