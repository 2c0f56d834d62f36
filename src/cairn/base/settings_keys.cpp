#include "cairn/base/settings_keys.h"

#include <algorithm>
#include <array>

namespace cairn {
namespace {

using enum SettingKey::Takes;

constexpr std::uint64_t kSecond = 1'000;
constexpr std::uint64_t kHour = 3'600 * kSecond;

// A function that finds the member in a Settings: PLACE(http.threads).
#define PLACE(member) [](Settings& s) -> SettingPlace { return &s.member; }

constexpr auto kKeys = std::to_array<SettingKey>({
    {"data.dir",
     PLACE(data.dir),
     {},
     kRestart,
     "The folder that holds everything Cairn keeps: the database, the content, and `run/` with the lock and the admin "
     "socket. One server "
     "at a time uses it."},
    {"http.listen",
     PLACE(http.listen),
     {},
     kRestart,
     "Addresses to listen on, each `https://HOST:PORT` or `http://HOST:PORT`; port 0 takes a free one. Plain HTTP is accepted on "
     "loopback addresses only, unless `http.allow_plain` says otherwise."},
    {"http.allow_plain",
     PLACE(http.allow_plain),
     {},
     kRestart,
     "Lets plain HTTP be reached from other machines: passwords and files then cross the network for all to read. Only behind a "
     "proxy that speaks HTTPS."},
    {"http.certificate",
     PLACE(http.certificate),
     {},
     kRestart,
     "The file of the certificate for HTTPS, with those that vouch for it (PEM, such as certbot's `fullchain.pem`). SIGHUP reads "
     "it "
     "and its key anew. Unless named, Cairn makes one that it signs itself, in `DIR/tls`, and prints its fingerprint."},
    {"http.certificate_key",
     PLACE(http.certificate_key),
     {},
     kRestart,
     "The file of the certificate's private key (PEM, without a passphrase)."},
    {"http.origins",
     PLACE(http.origins),
     {},
     kRestart,
     "The addresses under which browsers reach Cairn, such as `https://files.example.org`: pages from elsewhere can change "
     "nothing. "
     "Unless set, a page's origin must name the same host and port as the request."},
    {"http.threads", PLACE(http.threads), {0, 1'024}, kRestart, "Threads that serve connections; 0 takes one for each core."},
    {"http.max_connections",
     PLACE(http.max_connections),
     {1, 1'000'000},
     kRestart,
     "Connections open at once on all addresses. One more is closed as soon as it is accepted."},
    {"http.max_connections_per_client",
     PLACE(http.max_connections_per_client),
     {1, 1'000'000},
     kRestart,
     "Connections open at once from one IPv4 address or IPv6 network of 64 bits; this machine itself has no such limit."},
    {"http.max_head",
     PLACE(http.max_head),
     {1'024, 1u << 20},
     kRestart,
     "The largest request line with all its header fields. A longer one is answered 431."},
    {"http.head_timeout",
     PLACE(http.head_timeout),
     {100, kHour},
     kRestart,
     "How long a client may take to send a request's head, from its first byte to its last."},
    {"http.idle_timeout",
     PLACE(http.idle_timeout),
     {100, 24 * kHour},
     kRestart,
     "How long a connection may wait between two requests."},
    {"http.write_timeout",
     PLACE(http.write_timeout),
     {100, kHour},
     kRestart,
     "How long a client may take no byte of an answer before the connection is closed."},
    {"http.body_timeout",
     PLACE(http.body_timeout),
     {100, kHour},
     kRestart,
     "How long a client may send no byte of a request's body, and how long in all beyond what `http.body_rate` gives it."},
    {"http.body_rate",
     PLACE(http.body_rate),
     {1, 1u << 30},
     kRestart,
     "Bytes a second that a request's body comes at, at least, once `http.body_timeout` is used up."},
    {"http.drain_timeout",
     PLACE(http.drain_timeout),
     {0, kHour},
     kRestart,
     "How long a stopping server waits for requests under way. After that it closes their connections."},
    {"database.readers",
     PLACE(database.readers),
     {1, 256},
     kRestart,
     "Connections that read at once, each with a thread of its own."},
    {"database.queue",
     PLACE(database.queue),
     {1, 1'000'000},
     kRestart,
     "Reads, and likewise changes, that may wait. When as many wait, a request is answered 503 with Retry-After."},
    {"database.batch",
     PLACE(database.batch),
     {1, 4'096},
     kRestart,
     "Changes that share one transaction and so one sync of the disk. Nobody waits for company: a batch is what queued "
     "while the last "
     "one was being written."},
    {"database.batch_time",
     PLACE(database.batch_time),
     {1, 10 * kSecond},
     kRestart,
     "A batch that has run for so long takes no further change."},
    {"database.checkpoint_pages",
     PLACE(database.checkpoint_pages),
     {1, 1'000'000},
     kRestart,
     "SQLite's write-ahead log is copied into the database when it holds this many pages of 4 KiB."},
    {"database.allow_foreign_filesystem",
     PLACE(database.allow_foreign_filesystem),
     {},
     kRestart,
     "Lets the SQLite database lie on a network or FUSE file system. Many of those lose or tear what was synced: only "
     "for tests."},
    {"keys.master_file",
     PLACE(keys.master_file),
     {},
     kRestart,
     "The file of the master key, on which all sealed content and every other secret hangs. Unless named it lies beside the data "
     "directory, as "
     "`DIR.key`; where the data directory is a mount point it must be named. Keep it, or its recovery code, apart from backups "
     "of the data."},
    {"content.sealing",
     PLACE(content.sealing),
     {},
     kRestart,
     "Seals new content (AES-256-GCM) before it is stored. What is stored already stays as it is and can be read either way."},
    {"content.disk_threads", PLACE(content.disk_threads), {1, 1'024}, kRestart, "Threads that read and write content."},
    {"content.disk_queue",
     PLACE(content.disk_queue),
     {1, 1'000'000},
     kRestart,
     "Reads and writes that may wait for such a thread. When as many wait, a request is answered 503 with Retry-After."},
    {"content.garbage_interval",
     PLACE(content.garbage_interval),
     {kSecond, 24 * kHour},
     kRestart,
     "How often content that nobody refers to is looked for."},
    {"content.garbage_grace",
     PLACE(content.garbage_grace),
     {0, 365ull * 24 * kHour},
     kRestart,
     "How long such content is kept before it is removed: longer than the longest backup takes, and at least a day but for "
     "tests."},
    {"content.garbage_batch", PLACE(content.garbage_batch), {1, 1'000'000}, kRestart, "How much of it one run removes at most."},
    {"content.breaker_least",
     PLACE(content.breaker_least),
     {0, 1'000'000'000},
     kRestart,
     "Nothing is removed when more than this many removals, and more than `content.breaker_percent` of all content, have no "
     "cause that is known: "
     "something is wrong with the database then, and a person has to look."},
    {"content.breaker_percent", PLACE(content.breaker_percent), {0, 100}, kRestart, "The other half of that limit."},
    {"jobs.parallel",
     PLACE(jobs.parallel),
     {1, 64},
     kRestart,
     "Jobs that this instance does at once: large copies and removals."},
    {"jobs.poll", PLACE(jobs.poll), {10, kHour}, kRestart, "How often an instance without work looks for a job."},
    {"jobs.lease",
     PLACE(jobs.lease),
     {kSecond, kHour},
     kRestart,
     "A job whose instance has been silent for so long is given to another."},
    {"jobs.attempts",
     PLACE(jobs.attempts),
     {1, 100},
     kRestart,
     "How often in a row a job may fail, with longer and longer pauses, before it is given up."},
    {"jobs.step_rows",
     PLACE(jobs.step_rows),
     {10, 100'000},
     kRestart,
     "About how many rows one step of a job changes. Larger removals, and copies of more files and folders than this, are jobs."},
    {"jobs.keep", PLACE(jobs.keep), {0, 365ull * 24 * kHour}, kRestart, "How long it is remembered how a job ended."},
    {"trash.keep",
     PLACE(trash.keep),
     {kSecond, 3'650ull * 24 * kHour},
     kRestart,
     "What has lain in the trash for so long is removed for good."},
    {"ledger.tidy_interval",
     PLACE(ledger.tidy_interval),
     {kSecond, 24 * kHour},
     kRestart,
     "How often what has had its time is forgotten: answers of operations, ended jobs, sessions, what lies in the trash."},
    {"ledger.keep_answers",
     PLACE(ledger.keep_answers),
     {kHour, 365ull * 24 * kHour},
     kRestart,
     "How long a request with an Idempotency-Key can be repeated and gets the answer that it got."},
    {"ledger.tidy_batch",
     PLACE(ledger.tidy_batch),
     {10, 100'000},
     kRestart,
     "How many rows of each kind are forgotten in one step."},
    {"health.probe_age",
     PLACE(health.probe_age),
     {0, kHour},
     kRestart,
     "`GET /health/ready` makes a durable change in the database, at most so often; in between it repeats what it found."},
    {"health.slow_after",
     PLACE(health.slow_after),
     {10, kHour},
     kRestart,
     "While such a change has been under way for so long, the instance is not ready."},
    {"log.level", PLACE(log.level), {}, kReload, "The least serious lines to write to standard error."},
    {"metrics.listen",
     PLACE(metrics.listen),
     {},
     kRestart,
     "Addresses that answer `GET /metrics` for Prometheus, written like `http.listen`; an empty list switches it off."},
    {"metrics.token", PLACE(metrics.token), {}, kRestart, "If set, `GET /metrics` demands it: `Authorization: Bearer TOKEN`."},
});

#undef PLACE

}  // namespace

bool SettingKey::is_secret() const {
  Settings settings;
  return std::holds_alternative<Secret*>(place(settings));
}

std::span<const SettingKey> setting_keys() { return kKeys; }

std::string environment_name(std::string_view key) {
  std::string name = "CAIRN_" + std::string(key);
  std::ranges::transform(name, name.begin(), [](char c) {
    if (c == '.') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

}  // namespace cairn
