#pragma once

namespace cairn {

/// The signals that an operator sends. They are blocked in every thread and waited for in one, so that no handler ever
/// runs.
enum class StopSignal { kStop, kReload };

/// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those that it starts, and ignores SIGPIPE; a SIGHUP that is ignored
/// already (nohup) stays so. Call first in main.
void block_signals();

/// Waits for the next of them: SIGTERM and SIGINT say stop, SIGHUP says read the configuration again.
StopSignal wait_for_signal();

/// Sends this process SIGTERM: how a thread that can go no further asks for an orderly end.
void request_stop();

}  // namespace cairn
