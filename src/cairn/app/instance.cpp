#include "cairn/app/instance.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <thread>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cairn/api/json_input.h"
#include "cairn/api/operator.h"
#include "cairn/api/routes.h"
#include "cairn/app/certificate.h"
#include "cairn/app/examination.h"
#include "cairn/app/version.h"
#include "cairn/base/text.h"
#include "cairn/crypt/hash.h"
#include "cairn/net/problem.h"
#include "cairn/net/target.h"
#include "cairn/runtime/signals.h"
#include "cairn/webapp/routes.h"

namespace cairn::app {
namespace {

namespace json = boost::json;

std::size_t thread_count(std::uint64_t configured) {
  if (configured != 0) return configured;
  return std::max(1u, std::thread::hardware_concurrency());
}

// How many files and connections this process may have open.
std::uint64_t descriptor_limit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

Instance::Instance(Files& files, const Config& config, Log& log, const Clock& clock)
    : files_(files),
      settings_(config.settings()),
      log_(log),
      clock_(clock),
      data_(value_or_throw(DataDirectory::open(files, settings_.data.dir))),
      metrics_routes_({{net::Method::kGet, "/metrics", [this](const net::Request& request) { return metrics_text(request); }}}),
      admin_routes_({{net::Method::kGet, "/status", [this](const net::Request& request) { return status(request); }},
                     {net::Method::kPost, "/users", [this](const net::Request& request) { return add_user(request); }},
                     {net::Method::kGet, "/users", [this](const net::Request& request) { return list_users(request); }},
                     {net::Method::kPatch, "/users/{name}", [this](const net::Request& request) { return change_user(request); }},
                     {net::Method::kGet, "/routes", [this](const net::Request& request) { return list_routes(request); }},
                     {net::Method::kGet, "/fsck", [this](const net::Request&) { return fsck(false); }},
                     {net::Method::kGet, "/fsck/deep", [this](const net::Request&) { return fsck(true); }}}) {
  storage_ = std::make_unique<Storage>(
      files, data_, settings_, log, clock, metrics_,
      db::Lane::Events{.halted = [this](const Error& error) { on_halt(error); },
                       .trouble = [this](const Error& error) { log_.error("database.upkeep", {{"what", error.message}}); }});
  portal_ = std::make_unique<Portal>(Portal::Parts{
      .files = files, .data = data_, .storage = *storage_, .settings = settings_, .clock = clock, .metrics = metrics_});
  if (needs_certificate(settings_))
    identity_ = value_or_throw(net::TlsIdentity::make(load_certificate(files, data_, settings_, clock)));
  health_ = std::make_unique<Health>(
      storage_->database(), Health::Limits{.probe_age = settings_.health.probe_age, .slow_after = settings_.health.slow_after},
      log_);
  public_routes_ = std::make_unique<net::Router>(public_routes());
  metrics_.gauge("cairn_build_info", "Always 1; the label tells the version", {{"version", std::string(kVersion)}}).set(1);
}

Instance::~Instance() { stop(std::chrono::milliseconds(0)); }

// Called on the lane's thread: the process ends through the thread that waits for signals.
void Instance::on_halt(const Error& error) {
  log_.error("database.halted", {{"what", error.message}});
  halted_ = true;
  request_stop();
}

std::optional<Error> Instance::halted() const {
  if (!halted_) return std::nullopt;
  return Error{
      ErrorCode::kIo,
      "The disk refused to keep the database's changes. What was acknowledged before is safe; check the disk, then start again."};
}

net::Server::Limits Instance::server_limits() const {
  const auto& http = settings_.http;
  return {.session = {.max_head_bytes = http.max_head.bytes,
                      .head_timeout = http.head_timeout,
                      .idle_timeout = http.idle_timeout,
                      .write_timeout = http.write_timeout,
                      .body = {.patience = http.body_timeout, .least_rate = http.body_rate.bytes},
                      .log_requests = settings_.log.requests},
          .max_connections = http.max_connections,
          .max_connections_per_client = http.max_connections_per_client};
}

std::unique_ptr<net::Server> Instance::make_server(const std::string& name, const net::Router& router) {
  return std::make_unique<net::Server>(name, threads_, router, server_limits(), log_, clock_, metrics_, identity_.get());
}

void Instance::start() {
  for (std::size_t i = 0; i < thread_count(settings_.http.threads); ++i)
    threads_.push_back(std::make_unique<IoThread>(fmt::format("io-{}", i)));
  public_server_ = make_server("public", *public_routes_);
  metrics_server_ = make_server("metrics", metrics_routes_);
  admin_server_ = make_server("admin", admin_routes_);

  housekeeping_ = std::make_unique<Housekeeping>(*threads_.front(), *storage_, settings_, log_, metrics_);

  addresses_ = listen(*public_server_, settings_.http.listen, "http.listen");
  const auto metrics_addresses = listen(*metrics_server_, settings_.metrics.listen, "metrics.listen");
  value_or_throw(data_.publish(listen_admin(), addresses_));
  log_.info("server.ready", {{"version", kVersion},
                             {"addresses", fmt::format("{}", fmt::join(addresses_, " "))},
                             {"metrics", fmt::format("{}", fmt::join(metrics_addresses, " "))},
                             {"threads", threads_.size()}});
}

std::vector<std::string> Instance::listen(net::Server& server, const std::vector<std::string>& addresses, std::string_view key) {
  std::vector<std::string> bound;
  for (const auto& text : addresses) {
    const auto address = value_or_throw(net::parse_address(text));
    auto listening = server.listen(address);
    if (!listening) {
      throw Failure(
          {listening.error().code, fmt::format("{} (It is set by {}.)", listening.error().message, key), std::string(key)});
    }
    bound.push_back(listening->text());
  }
  return bound;
}

std::string Instance::listen_admin() {
  Result<net::Address> bound = failure(ErrorCode::kInternal, "");
  for (const auto& path : data_.admin_socket_paths()) {
    bound = admin_server_->listen({.kind = net::Address::Kind::kUnix, .host = path});
    if (bound) return path;
  }
  throw Failure(bound.error());
}

void Instance::stop() { stop(settings_.http.drain_timeout); }

void Instance::stop(std::chrono::milliseconds patience) {
  stopping_ = true;
  if (health_) health_->set_draining();
  if (portal_) portal_->stop_waiting();
  const auto until = std::chrono::steady_clock::now() + patience;
  const std::array servers{&public_server_, &metrics_server_, &admin_server_};
  for (auto* server : servers)
    if (*server) (*server)->begin_stop();
  for (auto* server : servers) {
    if (*server) (*server)->finish_stop(until);
    server->reset();
  }
  housekeeping_.reset();
  public_routes_.reset();
  portal_.reset();
  storage_.reset();  // finishes what is queued
  for (const auto& thread : threads_) thread->stop();
  threads_.clear();
  if (!addresses_.empty()) {
    addresses_.clear();
    if (const auto withdrawn = data_.withdraw(); !withdrawn)
      log_.warning("server.withdraw", {{"what", withdrawn.error().message}});
  }
}

Task<net::Response> Instance::metrics_text(const net::Request& request) {
  const auto& token = settings_.metrics.token;
  constexpr std::string_view kScheme = "Bearer ";
  const auto credentials = request.header("authorization").value_or("");
  const bool allowed = token.empty() || (ascii_equals_ignoring_case(credentials.substr(0, kScheme.size()), kScheme) &&
                                         crypt::equal_in_constant_time(crypt::label(credentials.substr(kScheme.size())),
                                                                       crypt::label(token.reveal())));
  if (!allowed) {
    auto refusal = net::problem(401, "unauthenticated", "Send the metrics token: Authorization: Bearer TOKEN.", request.id);
    refusal.fields.emplace_back("WWW-Authenticate", "Bearer");
    co_return refusal;
  }
  co_return net::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_.text()};
}

Task<net::Response> Instance::fsck(bool deep) {
  if (examining_.exchange(true))
    throw Failure({ErrorCode::kConflict, "The server is examining its data already. Ask again when that has ended."});
  const auto ended = std::unique_ptr<std::atomic<bool>, decltype([](std::atomic<bool>* flag) { *flag = false; })>(&examining_);
  auto findings = co_await examine(*storage_, deep, [this](const content::Examiner::Progress&) { return !stopping_; });
  if (stopping_) throw Failure({ErrorCode::kUnavailable, "The server stops; the examination was not finished."});
  co_return net::Response{.content_type = "application/json", .body = to_json(findings)};
}

std::vector<net::Route> Instance::public_routes() {
  auto routes = api::routes(portal_->services());
  std::ranges::move(webapp::routes(), std::back_inserter(routes));
  routes.push_back({net::Method::kGet, "/health/live", Health::live});
  routes.push_back({net::Method::kGet, "/health/ready", [this](const net::Request& request) { return health_->ready(request); }});
  return routes;
}

std::string Instance::own_fingerprint() const {
  return identity_ && settings_.http.certificate.empty() ? identity_->fingerprint() : std::string();
}

void Instance::reload_certificate() {
  if (!identity_) return;
  try {
    value_or_throw(identity_->replace(load_certificate(files_, data_, settings_, clock_)));
    log_.info("certificate.loaded",
              {{"fingerprint", identity_->fingerprint()}, {"ends", format_rfc3339(identity_->expires_at())}});
  } catch (const Failure& failure) {
    log_.error("certificate.wrong", {{"what", failure.error().message}});
  }
}

// `cairn user add`, `list`, `password`, `disable` and `enable`, over the admin socket.
Task<net::Response> Instance::add_user(const net::Request& request) {
  auto body = co_await api::read_small_body(request, settings_.http.max_json.bytes);
  auto adding = api::add_for_operator(portal_->services(), std::move(body));
  auto answer = co_await std::move(adding);
  co_return net::Response{.status = 201, .content_type = "application/json", .body = std::move(answer)};
}

Task<net::Response> Instance::list_users(const net::Request& request) {
  const auto query = value_or_throw(net::parse_parameters(request.query));
  auto listing = api::list_for_operator(portal_->services(), query.empty() ? std::string() : query.front().second);
  auto answer = co_await std::move(listing);
  co_return net::Response{.content_type = "application/json", .body = std::move(answer)};
}

Task<net::Response> Instance::change_user(const net::Request& request) {
  auto body = co_await api::read_small_body(request, settings_.http.max_json.bytes);
  auto changing = api::change_for_operator(portal_->services(), request.param("name"), std::move(body));
  auto answer = co_await std::move(changing);
  co_return net::Response{.content_type = "application/json", .body = std::move(answer)};
}

// What routes there are, and what each needs: for tests that walk all of them.
Task<net::Response> Instance::list_routes(const net::Request& /*request*/) {
  json::array rows;
  for (const auto& row : api::route_table()) {
    rows.push_back(json::object{{"method", net::name_of(row.method)},
                                {"path", row.path},
                                {"needs", api::name_of(row.needs)},
                                {"query", json::array(row.query.begin(), row.query.end())}});
  }
  co_return net::Response{.content_type = "application/json", .body = json::serialize(rows)};
}

Task<net::Response> Instance::status(const net::Request& /*request*/) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
  const json::object answer{{"version", kVersion},
                            {"pid", ::getpid()},
                            {"uptime", uptime.count()},
                            {"open_files", descriptor_limit()},
                            {"content_is_there", storage_->guard().store_is_there()},
                            {"database_is_behind", storage_->guard().database_is_behind()},
                            {"addresses", json::array(addresses_.begin(), addresses_.end())}};
  co_return net::Response{.content_type = "application/json", .body = json::serialize(answer)};
}

}  // namespace cairn::app
