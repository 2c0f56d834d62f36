#include "cairn/app/export_command.h"

#include <optional>

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/exporter.h"
#include "cairn/app/progress_line.h"
#include "cairn/app/storage.h"
#include "cairn/runtime/blocking.h"

namespace cairn::app {
namespace {

constexpr std::size_t kMostTold = 50;  // failures that are listed; the number is told of all

// The absolute path of an empty directory, made if it is not there.
std::string prepared(Files& files, const std::string& target) {
  value_or_throw(files.make_directory(target));
  if (!value_or_throw(files.list(target)).empty())
    throw Failure(
        {ErrorCode::kInvalidInput, fmt::format("{} is not empty. Name a directory that is, or a new one.", target), target});
  return value_or_throw(files.real_path(target));
}

void tell(const Exported& exported, const std::string& target) {
  fmt::print("Exported {} files and {} folders, {} bytes, to {}.\n", exported.files, exported.folders, exported.bytes, target);
  fmt::print("Former versions and what lies in the trash were left out.\n");
  if (exported.failed.empty()) return;
  warn(fmt::format("{} could not be exported:", exported.failed.size()));
  for (std::size_t i = 0; i < exported.failed.size() && i < kMostTold; ++i)
    warn(fmt::format("  {}: {}", exported.failed[i].subject, exported.failed[i].message));
  if (exported.failed.size() > kMostTold) warn(fmt::format("  and {} more", exported.failed.size() - kMostTold));
}

}  // namespace

int export_files(Files& files, const ConfigFlags& flags, const std::string& target, const std::string& user) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto& settings = config->settings();
  try {
    const auto data = DataDirectory::open_existing(files, settings.data.dir);
    if (!data && data.error().code == ErrorCode::kConflict) {
      return complain({ErrorCode::kConflict, fmt::format("A server runs on {}. Stop it, then export.", settings.data.dir)});
    }
    if (!data) return complain(data.error());
    const auto into = prepared(files, target);
    const SystemClock clock;
    Log log(STDERR_FILENO, LogLevel::kWarning, clock);
    Metrics metrics;
    Storage storage(files, *data, settings, log, clock, metrics, db::Lane::Events{.halted = [](const Error&) {}});
    ProgressLine line;
    const auto show = [&line](const Exported& so_far) {
      if (line.is_due()) line.show(fmt::format("{} files, {} bytes", so_far.files, so_far.bytes));
    };
    Exporter exporter({.database = storage.database(), .content = storage.content(), .files = files, .tell = show});
    std::optional<Error> stopped;
    try {
      run_blocking(exporter.run(into, user));
    } catch (const Failure& failure) {
      stopped = failure.error();
    }
    line.clear();
    tell(exporter.exported(), into);
    if (stopped) return complain(*stopped);
    return exporter.exported().failed.empty() ? 0 : EX_DATAERR;
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

}  // namespace cairn::app
