#include "cairn/app/diagnosis.h"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/timex.h>

#include "cairn/app/certificate.h"
#include "cairn/app/data_directory.h"
#include "cairn/app/storage.h"
#include "cairn/app/version.h"
#include "cairn/base/text.h"
#include "cairn/crypt/master_key.h"
#include "cairn/db/sqlite/sqlite_connection.h"
#include "cairn/net/address.h"
#include "cairn/net/client.h"

namespace cairn::app {
namespace {

constexpr double kGibibyte = 1u << 30;
constexpr std::uint64_t kLowShare = 20;  // less than a twentieth free is little
constexpr std::chrono::days kSoon{14};
constexpr rlim_t kFilesBesideConnections = 1'000;  // objects that are read, the database, the log

using List = std::vector<Diagnosis>;

void add(List& list, Grade grade, std::string_view about, std::string text) { list.push_back({grade, about, std::move(text)}); }

void look_at_program(List& list) {
  const int version = db::sqlite_library_version();
  const auto safe = db::check_sqlite_version(version);
  const auto text =
      fmt::format("Cairn {} with SQLite {}.{}.{}.", kVersion, version / 1'000'000, version / 1'000 % 1'000, version % 1'000);
  add(list, safe ? Grade::kGood : Grade::kWrong, "program", safe ? text : text + " " + safe.error().message);
}

void look_at_disk(Files& files, const Settings& settings, const std::string& data, List& list) {
  const auto facts = files.file_system(data);
  if (!facts) return add(list, Grade::kWrong, "data", facts.error().message);
  const auto where =
      fmt::format("{} lies on {}, {:.1f} of {:.1f} GiB free", data, facts->type,
                  static_cast<double>(facts->free_bytes) / kGibibyte, static_cast<double>(facts->total_bytes) / kGibibyte);
  if (facts->foreign && !settings.database.allow_foreign_filesystem) {
    return add(list, Grade::kWrong, "data", where + ". What is synced can be lost there: move it to a disk of this machine.");
  }
  if (facts->free_bytes < facts->total_bytes / kLowShare)
    return add(list, Grade::kWarning, "data", where + ": little. Make room, or give the people smaller quotas.");
  add(list, Grade::kGood, "data", where + ".");
  const auto is_private = files.is_private(data);
  if (is_private && !*is_private)
    add(list, Grade::kWarning, "data", fmt::format("Others on this machine may look into {}: chmod 700 {}.", data, data));
}

void look_at_key(Files& files, const Settings& settings, const std::string& data, List& list) {
  const auto path = master_key_path(files, data, settings);
  if (!path) return add(list, Grade::kWrong, "master key", path.error().message);
  const auto key = crypt::MasterKey::load(files, *path);
  if (!key) return add(list, Grade::kWrong, "master key", key.error().message);
  const auto wanted = read_text(files, data + "/keys/master-id", 1'024);
  if (wanted && trimmed(*wanted) != hex(key->id())) {
    return add(list, Grade::kWrong, "master key",
               fmt::format("{} is not the key that this data was sealed with. Put the right file back.", *path));
  }
  const auto is_private = files.is_private(*path);
  if (is_private && !*is_private) {
    return add(list, Grade::kWrong, "master key",
               fmt::format("Others on this machine may read {}, and with it all content: chmod 600 {}.", *path, *path));
  }
  add(list, Grade::kGood, "master key", fmt::format("{} is the key of this data, and private.", *path));
  if (files.real_path(data + "/recovery-confirmed"))
    return add(list, Grade::kGood, "recovery code", "An administrator has confirmed that it is kept.");
  add(list, Grade::kWarning, "recovery code",
      fmt::format(
          "Nobody has confirmed that it is kept. Should {} get lost, all content is: print the code (cairn key recovery-code "
          "--data {}), keep it on paper, and confirm it in the web app.",
          *path, data));
}

void look_at_certificate(Files& files, const Settings& settings, const std::string& data, const Clock& clock, List& list) {
  if (!needs_certificate(settings)) return;
  const bool configured = !settings.http.certificate.empty();
  const auto end = certificate_end(files, data, settings);
  if (!end && !configured && end.error().code == ErrorCode::kNotFound)
    return add(list, Grade::kNote, "certificate", "The server makes one for itself when it starts.");
  if (!end) return add(list, Grade::kWrong, "certificate", end.error().message);
  const auto until = format_rfc3339(*end).substr(0, 10);
  if (!configured) {
    return add(list, Grade::kNote, "certificate",
               fmt::format("Cairn's own, until {}: browsers warn of it. Set http.certificate to one that they know.", until));
  }
  if (*end < clock.now()) return add(list, Grade::kWrong, "certificate", fmt::format("It has ended on {}: renew it.", until));
  if (*end < clock.now() + kSoon)
    return add(list, Grade::kWarning, "certificate", fmt::format("It ends on {}: renew it.", until));
  add(list, Grade::kGood, "certificate", fmt::format("Good until {}.", until));
}

void look_at_addresses(const Settings& settings, List& list) {
  for (const auto& text : settings.http.listen) {
    const auto address = net::parse_address(text);
    if (!address) return add(list, Grade::kWrong, "addresses", address.error().message);
    if (address->encrypted || net::is_loopback(*address)) continue;
    add(list, Grade::kWarning, "addresses",
        fmt::format("{} is not encrypted: only a proxy that speaks HTTPS may reach it, over a network that nobody else does.",
                    text));
  }
  add(list, Grade::kGood, "addresses", fmt::format("{}.", fmt::join(settings.http.listen, ", ")));
}

void look_at_system(const Settings& settings, List& list) {
  rlimit limit{};
  const auto wanted = settings.http.max_connections + kFilesBesideConnections;
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max < wanted) {
    add(list, Grade::kWarning, "system",
        fmt::format("A process may open {} files, too few for http.max_connections = {}: raise LimitNOFILE to {}.",
                    limit.rlim_max, settings.http.max_connections, wanted));
  }
  timex state{};
  if (::adjtimex(&state) == TIME_ERROR)
    add(list, Grade::kNote, "system", "Nothing sets this machine's clock (NTP). Versions and expiry go by it.");
  if (settings.log.level == LogLevel::kDebug) add(list, Grade::kNote, "system", "log.level is debug: the log grows fast.");
}

void look_at_server(Files& files, const std::string& data, List& list) {
  const auto lock = DataDirectory::open_existing(files, data);
  if (lock) return add(list, Grade::kNote, "server", "None runs.");
  if (lock.error().code != ErrorCode::kConflict) return add(list, Grade::kWrong, "server", lock.error().message);
  const auto socket = find_admin_socket(files, data);
  if (!socket) return add(list, Grade::kNote, "server", "Another cairn uses the data just now: " + lock.error().message);
  const auto answer = net::fetch({.unix_socket = *socket, .path = "/status"});
  if (!answer) return add(list, Grade::kWrong, "server", "It does not answer: " + answer.error().message);
  boost::system::error_code error;
  const auto told = boost::json::parse(answer->body, error);
  if (error || !told.is_object()) return add(list, Grade::kWrong, "server", "It does not say how it is.");
  const auto& status = told.as_object();
  add(list, Grade::kGood, "server", fmt::format("Process {} runs.", status.at("pid").to_number<std::int64_t>()));
  if (status.at("removals_held_back").as_bool()) {
    add(list, Grade::kWarning, "server",
        "The content knows of a later time than the database, which a restored backup explains: nothing is removed from disk "
        "until the "
        "database has caught up.");
  }
}

}  // namespace

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::kGood: return "good";
    case Grade::kNote: return "note";
    case Grade::kWarning: return "warning";
    case Grade::kWrong: return "wrong";
  }
  std::unreachable();
}

std::vector<Diagnosis> diagnose(Files& files, const Settings& settings, const Clock& clock) {
  List list;
  look_at_program(list);
  look_at_addresses(settings, list);
  look_at_system(settings, list);
  const auto data = files.real_path(settings.data.dir);
  if (!data || !files.real_path(*data + "/cairn.db")) {
    add(list, Grade::kNote, "data", fmt::format("There is none in {} yet: the first start makes it.", settings.data.dir));
    return list;
  }
  look_at_disk(files, settings, *data, list);
  look_at_key(files, settings, *data, list);
  look_at_certificate(files, settings, *data, clock, list);
  look_at_server(files, *data, list);
  return list;
}

}  // namespace cairn::app
