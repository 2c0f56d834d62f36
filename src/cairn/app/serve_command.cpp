#include "cairn/app/serve_command.h"

#include <cstdio>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cairn/app/config_command.h"
#include "cairn/app/exit_code.h"
#include "cairn/app/instance.h"
#include "cairn/runtime/signals.h"

namespace cairn::app {
namespace {

// SIGHUP: takes what a running server can take, and says what else has changed.
void reload(Files& files, const ConfigFlags& flags, Config& config, Log& log) {
  auto loaded = load_config(files, flags);
  if (!loaded) {
    for (const auto& fault : loaded.error()) log.error("config.wrong", {{"source", fault.subject}, {"what", fault.message}});
    return;
  }
  const auto changes = config_changes(config, *loaded);
  log.set_level(loaded->settings().log.level);
  log.info("config.reloaded", {{"taken", fmt::format("{}", fmt::join(changes.taken, " "))},
                               {"need_restart", fmt::format("{}", fmt::join(changes.need_restart, " "))}});
  config = *std::move(loaded);
}

// Each connection and each file being sent takes a descriptor: as many as the system grants, whatever it begins with.
void raise_descriptor_limit(Log& log) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) log.warning("descriptors.limited");
}

// At the very first start, once. Only to a person: a code must not end up in a log.
void show_recovery_code(const std::optional<Secret>& code, const std::string& data) {
  if (!code) return;
  if (::isatty(STDOUT_FILENO) == 1) {
    fmt::print("Recovery code, to be kept on paper: {}\nWhoever loses it and the master key's file has lost all content.\n",
               code->reveal());
  } else {
    fmt::print("Print the master key's recovery code and keep it on paper: cairn key recovery-code --data {}\n", data);
  }
}

void show_fingerprint(const std::string& fingerprint) {
  if (!fingerprint.empty())
    fmt::print("The certificate is signed by Cairn itself. Compare its SHA-256 where the browser warns:\n  {}\n", fingerprint);
}

// While there is nobody. Only to a person, as above.
void show_setup_code(const Secret& code, const std::string& data) {
  if (code.empty()) return;
  if (::isatty(STDOUT_FILENO) == 1) {
    fmt::print("Open it in a browser, and make the first account with this setup code: {}\n", code.reveal());
  } else {
    fmt::print(
        "Nobody can sign in yet. Open it in a browser: the setup code stands in {}/setup-code. Or: cairn user add NAME --admin "
        "--data {}\n",
        data, data);
  }
}

}  // namespace

int serve(Files& files, const ConfigFlags& flags) {
  block_signals();
  ::umask(077);
  auto config = load_config(files, flags);
  if (!config) return complain_of_config(config.error());

  const SystemClock clock;
  Log log(STDERR_FILENO, config->settings().log.level, clock);
  raise_descriptor_limit(log);
  try {
    Instance instance(files, *config, log, clock);
    instance.start();
    fmt::print("cairn is ready at {}\n", fmt::join(instance.addresses(), " "));
    show_fingerprint(instance.own_fingerprint());
    show_recovery_code(instance.fresh_recovery_code(), config->settings().data.dir);
    show_setup_code(instance.setup_code(), config->settings().data.dir);
    std::fflush(stdout);
    while (wait_for_signal() == StopSignal::kReload) {
      reload(files, flags, *config, log);
      instance.reload_certificate();
    }
    log.info("server.stopping");
    instance.stop();
    if (const auto halted = instance.halted()) return complain(*halted);
    log.info("server.stopped");
    return 0;
  } catch (const Failure& failure) {
    return complain(failure.error());
  }
}

}  // namespace cairn::app
