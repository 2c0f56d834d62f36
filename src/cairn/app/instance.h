#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/app/data_directory.h"
#include "cairn/app/health.h"
#include "cairn/app/housekeeping.h"
#include "cairn/app/portal.h"
#include "cairn/app/storage.h"
#include "cairn/base/config.h"
#include "cairn/base/log.h"
#include "cairn/base/metrics.h"
#include "cairn/net/router.h"
#include "cairn/net/server.h"
#include "cairn/net/tls.h"
#include "cairn/runtime/io_thread.h"

namespace cairn::app {

/// One running server: all parts, built from the configuration and wired to each other. Made, started and stopped by one thread.
class Instance {
 public:
  /// Opens the data directory and everything in it. Throws Failure. What is passed by reference outlives the instance.
  Instance(Files& files, const Config& config, Log& log, const Clock& clock);
  /// Stops as stop() does, without patience.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Listens, and writes down where. Throws Failure; the instance is then only good to be destroyed.
  void start();

  /// The master key's recovery code, if this is the very first start.
  [[nodiscard]] const std::optional<Secret>& fresh_recovery_code() const { return storage_->fresh_recovery_code(); }

  /// The code for the setup page, while there is nobody; else empty.
  [[nodiscard]] Secret setup_code() const { return portal_->setup_code(); }

  /// SHA-256 of the certificate, if there is HTTPS with one that Cairn made itself; else empty.
  [[nodiscard]] std::string own_fingerprint() const;

  /// Reads the certificate and its key again; what is not right is logged, and the old one stays.
  void reload_certificate();

  /// Where people reach it.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

  /// Not ready from now on; requests under way end for at most the configured time; then everything is closed.
  void stop();

  /// Set when the disk failed the database: the process must end, with this error's exit code.
  [[nodiscard]] std::optional<Error> halted() const;

 private:
  void on_halt(const Error& error);
  [[nodiscard]] net::Server::Limits server_limits() const;
  std::unique_ptr<net::Server> make_server(const std::string& name, const net::Router& router);
  std::vector<std::string> listen(net::Server& server, const std::vector<std::string>& addresses, std::string_view key);
  std::string listen_admin();
  void stop(std::chrono::milliseconds patience);
  Task<net::Response> metrics_text(const net::Request& request);
  Task<net::Response> fsck(bool deep);
  Task<net::Response> status(const net::Request& request);
  Task<net::Response> add_user(const net::Request& request);
  Task<net::Response> list_users(const net::Request& request);
  Task<net::Response> change_user(const net::Request& request);
  Task<net::Response> list_routes(const net::Request& request);
  [[nodiscard]] std::vector<net::Route> public_routes();

  Files& files_;
  const Settings settings_;
  Log& log_;
  const Clock& clock_;
  Metrics metrics_;
  DataDirectory data_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Portal> portal_;
  std::unique_ptr<Health> health_;
  std::unique_ptr<net::TlsIdentity> identity_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::unique_ptr<net::Router> public_routes_;
  net::Router metrics_routes_;
  net::Router admin_routes_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<net::Server> public_server_;
  std::unique_ptr<net::Server> metrics_server_;
  std::unique_ptr<net::Server> admin_server_;
  std::vector<std::string> addresses_;
  std::atomic<bool> halted_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> examining_ = false;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace cairn::app
