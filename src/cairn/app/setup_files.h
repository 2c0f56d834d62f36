#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "cairn/api/services.h"
#include "cairn/app/data_directory.h"
#include "cairn/base/secret.h"
#include "cairn/runtime/files.h"
#include "cairn/runtime/worker_pool.h"

namespace cairn::app {

/// The two notes of the first days, as files in the data directory:
///
///     DIR/setup-code          the one-time code for the setup page, while there is nobody; readable by the server's user alone
///     DIR/recovery-confirmed  somebody has said that the master key's recovery code is kept
///
/// Safe to use from several threads.
class SetupFiles {
 public:
  /// What is passed by reference outlives this.
  SetupFiles(Files& files, const DataDirectory& data, WorkerPool& disk);
  ~SetupFiles();

  /// Makes the code unless there is one, or takes it away if somebody is there already. Blocks. Throws Failure.
  void prepare(bool has_people);

  /// The code; empty if there is none.
  [[nodiscard]] Secret code() const;

  [[nodiscard]] api::SetupCode& setup_code();
  [[nodiscard]] api::RecoveryNote& recovery();

 private:
  class Code;
  class Recovery;
  std::unique_ptr<Code> code_;
  std::unique_ptr<Recovery> recovery_;
};

}  // namespace cairn::app
