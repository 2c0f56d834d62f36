#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cairn/base/log.h"
#include "cairn/base/secret.h"

namespace cairn {

/// A size in bytes, so that configuration writes it as one: `64KiB`.
struct ByteCount {
  std::uint64_t bytes = 0;
  friend bool operator==(ByteCount, ByteCount) = default;
};

/// Everything an operator can set, with its defaults. What each key means, its range, and whether a running server
/// takes a new value, stands in the table of settings_keys.cpp, from which the parser, `cairn config` and
/// docs/configuration.md are made.
struct Settings {
  struct {
    std::string dir = "/var/lib/cairn";
  } data;

  struct {
    std::vector<std::string> listen{"http://127.0.0.1:8080"};
    std::uint64_t threads = 0;
    bool allow_plain = false;
    std::string certificate;
    std::string certificate_key;
    std::vector<std::string> origins;
    std::uint64_t max_connections = 20'000;
    std::uint64_t max_connections_per_client = 64;
    ByteCount max_head{16u << 10};
    ByteCount max_json{1u << 20};
    std::chrono::milliseconds head_timeout{10'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{60'000};
    std::chrono::milliseconds body_timeout{30'000};
    ByteCount body_rate{1u << 10};
    std::chrono::milliseconds drain_timeout{30'000};
  } http;

  struct {
    std::uint64_t readers = 4;
    std::uint64_t queue = 10'000;
    std::uint64_t batch = 256;
    std::chrono::milliseconds batch_time{5};
    std::uint64_t checkpoint_pages = 1'000;
    bool allow_foreign_filesystem = false;
  } database;

  struct {
    std::string master_file;
  } keys;

  struct {
    bool sealing = true;
    std::uint64_t disk_threads = 8;
    std::uint64_t open_objects = 256;
    std::uint64_t cached_looks = 1'000;
    std::uint64_t disk_queue = 10'000;
    std::chrono::milliseconds garbage_interval = std::chrono::hours(1);
    std::chrono::milliseconds garbage_grace = std::chrono::hours(48);
    std::uint64_t garbage_batch = 1'000;
    std::uint64_t breaker_least = 1'000;
    std::uint64_t breaker_percent = 1;
  } content;

  struct {
    std::chrono::milliseconds browser_idle = std::chrono::hours(12);
    std::chrono::milliseconds browser_lifetime = std::chrono::hours(24 * 14);
    std::chrono::milliseconds tokens_idle = std::chrono::hours(24 * 7);
    std::chrono::milliseconds tokens_lifetime = std::chrono::hours(24 * 30);
    std::chrono::milliseconds access_lifetime = std::chrono::minutes(10);
    std::chrono::milliseconds recheck{5'000};
    std::uint64_t most = 100;
  } sessions;

  struct {
    std::uint64_t threads = 0;
    std::uint64_t queue = 16;
    bool bcrypt = false;
    std::uint64_t guesses = 5;
    std::chrono::milliseconds guess_interval = std::chrono::minutes(1);
    std::uint64_t network_guesses = 20;
    std::chrono::milliseconds network_interval{3'000};
    std::uint64_t total_guesses = 100;
    std::chrono::milliseconds total_interval{36'000};
  } passwords;

  struct {
    std::uint64_t parallel = 2;
    std::chrono::milliseconds poll{1'000};
    std::chrono::milliseconds lease = std::chrono::minutes(1);
    std::uint64_t attempts = 8;
    std::uint64_t step_rows = 1'000;
    std::chrono::milliseconds keep = std::chrono::hours(24 * 7);
  } jobs;

  struct {
    std::chrono::milliseconds keep = std::chrono::hours(24 * 7);
    std::chrono::milliseconds lease = std::chrono::seconds(15);
    ByteCount checkpoint{64u << 20};
    std::chrono::milliseconds checkpoint_interval = std::chrono::minutes(5);
    std::uint64_t most_segments = 1'000;
    std::uint64_t most_open = 1'000;
    std::uint64_t most_parts = 250;
  } uploads;

  struct {
    std::uint64_t parallel = 8;
  } imports;

  struct {
    std::chrono::milliseconds keep = std::chrono::hours(24 * 30);
  } trash;

  struct {
    std::chrono::milliseconds tidy_interval = std::chrono::hours(1);
    std::chrono::milliseconds keep_answers = std::chrono::hours(24);
    std::uint64_t tidy_batch = 1'000;
  } ledger;

  struct {
    std::chrono::milliseconds probe_age{1'000};
    std::chrono::milliseconds slow_after{2'000};
  } health;

  struct {
    LogLevel level = LogLevel::kInfo;
    bool requests = false;
  } log;

  struct {
    std::vector<std::string> listen{"http://127.0.0.1:9464"};
    Secret token;
  } metrics;
};

}  // namespace cairn
