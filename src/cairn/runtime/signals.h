#pragma once

namespace cairn {

/// The signals that an operator sends. They are blocked in every thread and waited for in one, so that no handler ever
/// runs.
enum class StopSignal { kStop, kReload };

/// Blocks SIGTERM, SIGINT and SIGHUP for this thread and those that it starts, and ignores SIGPIPE. Call first in main.
void block_signals();

/// True if whoever started this process wants no SIGHUP to end it (nohup). Before or after block_signals().
[[nodiscard]] bool is_hangup_ignored();

/// Waits for the next of them: SIGTERM and SIGINT say stop, SIGHUP says read the configuration again.
StopSignal wait_for_signal();

/// Sends this process SIGTERM: how a thread that can go no further asks for an orderly end.
void request_stop();

}  // namespace cairn
