#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cairn/account/authenticator.h"
#include "cairn/account/sign_in.h"
#include "cairn/api/services.h"
#include "cairn/app/setup_files.h"
#include "cairn/app/storage.h"
#include "cairn/crypt/password.h"
#include "cairn/net/router.h"
#include "cairn/tree/tree.h"

namespace cairn::app {

/// What lets people in and serves them, on top of what keeps: accounts, the tree, the API.
class Portal {
 public:
  struct Parts {
    Files& files;
    const DataDirectory& data;
    Storage& storage;
    const Settings& settings;
    const Clock& clock;
    Metrics& metrics;
  };

  /// `parts` outlive this. Throws Failure.
  explicit Portal(Parts parts);
  ~Portal();
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  [[nodiscard]] const api::Services& services() const { return *services_; }

  /// The setup code, while there is nobody; else empty.
  [[nodiscard]] Secret setup_code() const { return setup_.code(); }

  /// Requests that wait for something end their wait.
  void stop_waiting() { stopping_ = true; }

 private:
  account::SessionLimits sessions_;
  crypt::PasswordHasher hasher_;
  WorkerPool passwords_;
  std::unique_ptr<account::Tokens> tokens_;
  std::unique_ptr<account::SignIn> sign_in_;
  std::unique_ptr<account::Authenticator> authenticator_;
  std::unique_ptr<tree::Tree> tree_;
  std::unique_ptr<upload::Uploads> uploads_;
  SetupFiles setup_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<api::Services> services_;
};

/// How long sessions last, as configured.
[[nodiscard]] account::SessionLimits session_limits(const Settings& settings);

}  // namespace cairn::app
