#include "cairn/app/portal.h"

#include <algorithm>
#include <thread>

#include "cairn/db/instance_id.h"
#include "cairn/runtime/blocking.h"

namespace cairn::app {
namespace {

constexpr Turn kStart{};

struct FindInstance {
  [[nodiscard]] static db::LaneKey lane() { return ledger::lane_of(ledger::kDirectory); }
  Uuid run(db::Transaction& tx) const { return db::instance_id(tx); }
};

crypt::PasswordHasher::Cost cost_of(const Settings& settings) {
  using Scheme = crypt::PasswordHasher::Scheme;
  return {.scheme = settings.passwords.bcrypt ? Scheme::kBcrypt : Scheme::kArgon2id};
}

WorkerPool::Limits pool_limits(const Settings& settings) {
  const auto half = std::max(1u, std::thread::hardware_concurrency() / 2);
  const auto& wanted = settings.passwords;
  return {.threads = wanted.threads == 0 ? half : wanted.threads, .queue = wanted.queue, .reserved = wanted.queue};
}

account::GuessLimits guess_limits(const Settings& settings) {
  const auto& wanted = settings.passwords;
  const auto budget = [](std::uint64_t burst, std::chrono::milliseconds interval) {
    return account::GuessBudget{.burst = static_cast<std::int64_t>(burst), .interval = interval};
  };
  return {.login = budget(wanted.guesses, wanted.guess_interval),
          .origin = budget(wanted.network_guesses, wanted.network_interval),
          .account = budget(wanted.total_guesses, wanted.total_interval)};
}

account::Tokens::Keys token_keys(const Storage& storage) {
  return {.signing = storage.key_for("token signing"),
          .refresh = storage.key_for("refresh token"),
          .csrf = storage.key_for("csrf"),
          .device = storage.key_for("device")};
}

upload::Limits upload_limits(const Settings& settings) {
  const auto& wanted = settings.uploads;
  return {.keep = wanted.keep,
          .keep_done = settings.ledger.keep_answers,
          .lease = wanted.lease,
          .checkpoint_bytes = wanted.checkpoint.bytes,
          .checkpoint_interval = wanted.checkpoint_interval,
          .most_segments = wanted.most_segments,
          .most_open = wanted.most_open,
          .most_parts = wanted.most_parts};
}

}  // namespace

account::SessionLimits session_limits(const Settings& settings) {
  const auto& wanted = settings.sessions;
  return {.browser_idle = wanted.browser_idle,
          .browser_lifetime = wanted.browser_lifetime,
          .tokens_idle = wanted.tokens_idle,
          .tokens_lifetime = wanted.tokens_lifetime,
          .access_lifetime = wanted.access_lifetime,
          .cache = wanted.recheck,
          .most = wanted.most};
}

Portal::Portal(Parts parts)
    : sessions_(session_limits(parts.settings)),
      hasher_(parts.storage.key_for("password pepper"), cost_of(parts.settings)),
      passwords_("passwords", pool_limits(parts.settings), parts.metrics),
      setup_(parts.files, parts.data, parts.storage.disk()) {
  auto& database = parts.storage.database();
  auto find = FindInstance{};
  const auto instance = run_blocking(database.write(kStart, find));
  tokens_ = std::make_unique<account::Tokens>(token_keys(parts.storage), "cairn:" + encode_base32(instance));
  sign_in_ = std::make_unique<account::SignIn>(account::SignIn::Parts{.database = database,
                                                                      .journal = parts.storage.journal(),
                                                                      .tokens = *tokens_,
                                                                      .hasher = hasher_,
                                                                      .passwords = passwords_,
                                                                      .clock = parts.clock},
                                               sessions_, guess_limits(parts.settings));
  authenticator_ = std::make_unique<account::Authenticator>(
      account::Authenticator::Parts{.database = database, .tokens = *tokens_, .clock = parts.clock}, sessions_);
  tree_ = std::make_unique<tree::Tree>(tree::Tree::Parts{
      .database = database,
      .content = parts.storage.content(),
      .clock = parts.clock,
      .still_valid = [this](Turn turn, account::Principal who) { return authenticator_->still_valid(turn, std::move(who)); },
      .recheck = parts.settings.sessions.recheck,
      .cached_looks = parts.settings.content.cached_looks});
  uploads_ = std::make_unique<upload::Uploads>(
      upload::UploadStream::Parts{
          .database = database,
          .content = parts.storage.content(),
          .journal = parts.storage.journal(),
          .clock = parts.clock,
          .still_valid = [this](Turn turn, account::Principal who) { return authenticator_->still_valid(turn, std::move(who)); },
          .recheck = parts.settings.sessions.recheck},
      upload_limits(parts.settings));
  // Whoever was sending when the last process on this database ended, is not any more.
  if (database.is_sole_writer()) run_blocking(database.write(kStart, upload::EndAllLeases{}));
  auto look = account::HasPeople{};
  setup_.prepare(run_blocking(database.read(kStart, look)));
  const auto step = parts.settings.jobs.step_rows;
  services_ = std::make_unique<api::Services>(api::Services{.database = database,
                                                            .journal = parts.storage.journal(),
                                                            .tree = *tree_,
                                                            .limits = {.inline_nodes = step, .step_rows = step},
                                                            .uploads = *uploads_,
                                                            .sign_in = *sign_in_,
                                                            .authenticator = *authenticator_,
                                                            .tokens = *tokens_,
                                                            .sessions = sessions_,
                                                            .setup_code = setup_.setup_code(),
                                                            .recovery = setup_.recovery(),
                                                            .clock = parts.clock,
                                                            .origins = parts.settings.http.origins,
                                                            .max_json_bytes = parts.settings.http.max_json.bytes,
                                                            .stopping = stopping_});
}

Portal::~Portal() = default;

}  // namespace cairn::app
