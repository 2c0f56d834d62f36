#include "cairn/app/import_command.h"

#include <optional>

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/importer.h"
#include "cairn/app/progress_line.h"
#include "cairn/app/storage.h"
#include "cairn/base/utf8.h"
#include "cairn/runtime/io_thread.h"
#include "cairn/runtime/signals.h"

namespace cairn::app {
namespace {

// The absolute path of the source, which must have nothing to do with the data directory: it would read what it writes.
std::string checked_source(Files& files, const std::string& source, const std::string& data) {
  auto path = value_or_throw(files.real_path(source));
  value_or_throw(files.list_foreign(path));  // that it is a directory, and may be read
  const auto inside = [](const std::string& inner, const std::string& outer) { return (inner + "/").starts_with(outer + "/"); };
  if (inside(path, data) || inside(data, path == "/" ? "" : path)) {
    throw Failure(
        {ErrorCode::kInvalidInput, fmt::format("{} and the data directory {} lie within each other.", printable(source), data)});
  }
  return path;
}

// Runs the importer on the thread until it has ended, or a signal came.
class Run {
 public:
  Run(IoThread& thread, Importer& importer) : thread_(thread), importer_(importer) {}

  // Gives what ended it early.
  std::optional<Error> until_done(const std::string& source, const ImportOrder& order) {
    thread_.run([&] { tasks_.spawn(drive(source, order)); });
    while (!ended_) {
      const bool is_hangup = wait_for_signal() == StopSignal::kReload;
      if (!ended_ && !(is_hangup && is_hangup_ignored())) importer_.stop();
    }
    thread_.run([] {});  // the coroutine has left by now
    return failed_;
  }

 private:
  Task<> drive(std::string source, ImportOrder order) {
    try {
      auto running = importer_.run(std::move(source), std::move(order.user), std::move(order.into));
      co_await std::move(running);
    } catch (const Failure& failure) {
      failed_ = failure.error();
    }
    ended_ = true;
    request_stop();  // wakes the thread that waits for signals
  }

  IoThread& thread_;
  Importer& importer_;
  TaskGroup tasks_;
  std::optional<Error> failed_;
  std::atomic<bool> ended_ = false;
};

void tell(const Imported& imported, const ImportOrder& order) {
  fmt::print("Imported {} files and {} folders, {} bytes, for {}.\n", imported.files, imported.folders, imported.bytes,
             order.user);
  if (imported.there > 0) fmt::print("{} files were there already.\n", imported.there);
  if (imported.passed_over > 0) warn(fmt::format("{} were passed over: see above.", imported.passed_over));
}

int code_of(const Importer& importer) {
  if (importer.was_stopped()) {
    warn("Stopped. The same command goes on from here.");
    return EX_TEMPFAIL;
  }
  return importer.imported().passed_over == 0 ? 0 : EX_DATAERR;
}

}  // namespace

int import_files(Files& files, const ConfigFlags& flags, const ImportOrder& order) {
  const auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());
  const auto& settings = config->settings();
  block_signals();
  try {
    const auto data = DataDirectory::open_existing(files, settings.data.dir);
    if (!data && data.error().code == ErrorCode::kConflict)
      return complain({ErrorCode::kConflict, fmt::format("A server runs on {}. Stop it, then import.", settings.data.dir)});
    if (!data) return complain(data.error());
    const auto source = checked_source(files, order.source, data->path());
    const SystemClock clock;
    Log log(STDERR_FILENO, LogLevel::kWarning, clock);
    Metrics metrics;
    IoThread thread("import");
    Storage storage(files, *data, settings, log, clock, metrics, db::Lane::Events{.halted = [](const Error&) {}});
    tree::Tree tree({.database = storage.database(),
                     .content = storage.content(),
                     .clock = clock,
                     .still_valid = [](Turn, account::Principal) -> Task<bool> { co_return true; }});
    ProgressLine line;
    Importer importer({.database = storage.database(),
                       .tree = tree,
                       .journal = storage.journal(),
                       .clock = clock,
                       .files = files,
                       .store = data->path() + "/content",
                       .disk = storage.disk(),
                       .parallel = settings.imports.parallel,
                       .tell =
                           [&line](const Imported& so_far) {
                             if (line.is_due())
                               line.show(fmt::format("{} files, {} bytes", so_far.files + so_far.there, so_far.bytes));
                           },
                       .passed_over =
                           [&line](const Error& error) {
                             line.tell(fmt::format("passed over: {}: {}", printable(error.subject), printable(error.message)));
                           }});
    const auto failed = Run(thread, importer).until_done(source, order);
    line.clear();
    tell(importer.imported(), order);
    return failed ? complain(*failed) : code_of(importer);
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

}  // namespace cairn::app
