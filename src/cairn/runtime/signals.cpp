#include "cairn/runtime/signals.h"

#include <csignal>
#include <initializer_list>

#include <pthread.h>
#include <unistd.h>

namespace cairn {
namespace {

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const auto set = awaited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a closed connection is an error of its write
}

bool is_hangup_ignored() {
  struct sigaction hangup{};
  return sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
}

StopSignal wait_for_signal() {
  const auto set = awaited();
  for (;;) {
    int signal = 0;
    if (sigwait(&set, &signal) == 0) return signal == SIGHUP ? StopSignal::kReload : StopSignal::kStop;
  }
}

void request_stop() { ::kill(::getpid(), SIGTERM); }

}  // namespace cairn
