#include "cairn/app/diagnosis.h"

#include <array>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
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
constexpr std::uint64_t kFilesBeside = 500;  // connections and objects: the database, the log, what is being written

// What each installation has, in the order in which the first start makes it.
constexpr std::array kParts{"/keys/master-id", "/cairn.db", "/content/marker"};

using List = std::vector<Diagnosis>;

void add(List& list, Grade grade, std::string_view about, std::string text) { list.push_back({grade, about, std::move(text)}); }

void look_at_program(List& list) {
  const int version = db::sqlite_library_version();
  const auto safe = db::check_sqlite_version(version);
  const auto text =
      fmt::format("Cairn {} with SQLite {}.{}.{}.", kVersion, version / 1'000'000, version / 1'000 % 1'000, version % 1'000);
  add(list, safe ? Grade::kGood : Grade::kWrong, "program", safe ? text : text + " " + safe.error().message);
}

// The directory of the disk that data will come to lie on: the nearest that is there.
std::string nearest_existing(Files& files, std::string path) {
  while (!files.real_path(path) && path != parent_of(path)) path = parent_of(path);
  return path;
}

void look_at_disk(Files& files, const Settings& settings, const std::string& data, List& list) {
  const auto facts = files.file_system(data);
  if (!facts) return add(list, Grade::kWrong, "disk", facts.error().message);
  add(list, Grade::kGood, "disk",
      fmt::format("{} lies on {}, {:.1f} of {:.1f} GiB free.", data, facts->type,
                  static_cast<double>(facts->free_bytes) / kGibibyte, static_cast<double>(facts->total_bytes) / kGibibyte));
  if (facts->foreign && !settings.database.allow_foreign_filesystem)
    add(list, Grade::kWrong, "disk", "What is synced can be lost on such a file system: take a disk of this machine.");
  if (facts->free_bytes < facts->total_bytes / kLowShare)
    add(list, Grade::kWarning, "disk", "Little is free. Make room, or give the people smaller quotas.");
}

// What must be there together, and belong to one user alone.
void look_at_data(Files& files, const std::string& data, List& list) {
  for (const auto* part : kParts) {
    const auto there = files.real_path(data + part);
    if (there) continue;
    add(list, Grade::kWrong, "data",
        there.error().code == ErrorCode::kNotFound ? fmt::format("{}{} is missing, but other parts of an installation are there. "
                                                                 "Is a disk not mounted? Restore all of it from one "
                                                                 "backup.",
                                                                 data, part)
                                                   : there.error().message);
  }
  const auto is_private = files.is_private(data);
  if (is_private && !*is_private)
    add(list, Grade::kWarning, "data", fmt::format("Others on this machine may look into {}: chmod 700 {}.", data, data));
}

// The server runs as whoever owns the database: it must be able to use all else.
void look_at_owners(Files& files, const std::string& data, const std::string& key, List& list) {
  const auto owner = files.owner_of(data + "/cairn.db");
  if (!owner) return;
  for (const auto& path :
       {data, data + "/content/marker", data + "/keys/master-id", data + "/run/lock", data + "/tls/key.pem", key}) {
    const auto other = files.owner_of(path);
    if (other && other->id != owner->id)
      add(list, Grade::kWrong, "data",
          fmt::format("{} belongs to {}, but the database to {}: chown it.", path, other->name, owner->name));
  }
}

void look_at_key(Files& files, const Settings& settings, const std::string& data, List& list) {
  const auto path = master_key_path(files, data, settings);
  if (!path) return add(list, Grade::kWrong, "master key", path.error().message);
  look_at_owners(files, data, *path, list);
  const auto key = crypt::MasterKey::load(files, *path);
  if (!key) return add(list, Grade::kWrong, "master key", key.error().message);
  const auto wanted = read_text(files, data + "/keys/master-id", 1'024);
  if (wanted && trimmed(*wanted) != hex(key->id())) {
    add(list, Grade::kWrong, "master key",
        fmt::format("{} is not the key that this data was sealed with. Put the right file back.", *path));
  } else if (wanted) {
    add(list, Grade::kGood, "master key", fmt::format("{} is the key of this data.", *path));
  }
  const auto is_private = files.is_private(*path);
  if (is_private && !*is_private) {
    add(list, Grade::kWrong, "master key",
        fmt::format("Others on this machine may read {}, and with it all content: chmod 600 {}.", *path, *path));
  }
  if (files.real_path(data + "/recovery-confirmed"))
    return add(list, Grade::kGood, "recovery code", "An administrator has confirmed that it is kept.");
  add(list, Grade::kWarning, "recovery code",
      fmt::format(
          "Nobody has confirmed that it is kept. Should {} get lost, all content is: print the code (cairn key recovery-code, "
          "with the same --config or --data), keep it on paper, and confirm it in the web app.",
          *path));
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
  add(list, Grade::kGood, "addresses", fmt::format("{}.", fmt::join(settings.http.listen, ", ")));
  for (const auto& text : settings.http.listen) {
    const auto address = net::parse_address(text);
    if (!address || address->encrypted || net::is_loopback(*address)) continue;  // the configuration was checked before
    add(list, Grade::kWarning, "addresses",
        fmt::format("{} is not encrypted: only a proxy that speaks HTTPS may reach it, over a network that nobody else does.",
                    text));
  }
  for (const auto& text : settings.metrics.listen) {
    const auto address = net::parse_address(text);
    if (address && !net::is_loopback(*address) && settings.metrics.token.empty())
      add(list, Grade::kWarning, "addresses",
          fmt::format("Everybody who reaches {} can read the metrics: set metrics.token.", text));
  }
}

void look_at_system(const Settings& settings, List& list) {
  timex state{};
  if (::adjtimex(&state) == TIME_ERROR)
    add(list, Grade::kNote, "system", "Nothing sets this machine's clock (NTP). Versions and expiry go by it.");
  if (settings.log.level == LogLevel::kDebug) add(list, Grade::kNote, "system", "log.level is debug: the log grows fast.");
}

// What a running server tells of itself; what an older one does not tell is passed over.
void look_at_status(const Settings& settings, const boost::json::object& status, List& list) {
  const auto flag = [&](std::string_view field) {
    const auto* value = status.if_contains(field);
    return value != nullptr && value->is_bool() ? std::optional(value->as_bool()) : std::nullopt;
  };
  const auto number = [&](std::string_view field) -> std::uint64_t {
    const auto* value = status.if_contains(field);
    return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
  };
  const auto* version = status.if_contains("version");
  add(list, Grade::kGood, "server", fmt::format("Process {} runs.", number("pid")));
  if (version != nullptr && version->is_string() && std::string_view(version->as_string()) != kVersion)
    add(list, Grade::kNote, "server", fmt::format("It is still version {}: restart it.", std::string_view(version->as_string())));
  if (flag("content_is_there") == false) {
    add(list, Grade::kWrong, "server",
        "The content's store has lost its marker. Is its disk mounted? Nothing is read or written until it is back.");
  }
  if (flag("database_is_behind") == true) {
    add(list, Grade::kWarning, "server",
        "The content knows of a later time than the database, as after an older backup was restored: nothing is removed from "
        "disk.");
  }
  const auto wanted = settings.http.max_connections + settings.content.open_objects + kFilesBeside;
  const auto granted = number("open_files");
  if (granted > 0 && granted < wanted) {
    add(list, Grade::kWarning, "server",
        fmt::format("It may have {} files and connections open, too few for http.max_connections = {}: raise LimitNOFILE to {}.",
                    granted, settings.http.max_connections, wanted));
  }
}

void look_at_server(Files& files, const Settings& settings, const std::string& data, List& list) {
  const auto locked = files.is_locked(data + "/run/lock");
  if (!locked) return add(list, Grade::kWrong, "server", locked.error().message);
  if (!*locked) return add(list, Grade::kNote, "server", "None runs.");
  const auto socket = find_admin_socket(files, data);
  if (!socket) return add(list, Grade::kNote, "server", "Another command is at work on the data just now.");
  const auto answer = net::fetch({.unix_socket = *socket, .path = "/status", .timeout = settings.health.slow_after});
  if (!answer) return add(list, Grade::kWrong, "server", "It runs, but does not answer: " + answer.error().message);
  boost::system::error_code error;
  const auto told = boost::json::parse(answer->body, error);
  if (answer->status != 200 || error || !told.is_object())
    return add(list, Grade::kWrong, "server", fmt::format("It answers {} when asked how it is.", answer->status));
  look_at_status(settings, told.as_object(), list);
}

// Which parts of an installation there are, or why nobody can tell.
Result<std::size_t> count_parts(Files& files, const std::string& data) {
  std::size_t count = 0;
  for (const auto* part : kParts) {
    const auto there = files.real_path(data + part);
    if (!there && there.error().code != ErrorCode::kNotFound) return failure(there);
    count += there ? 1 : 0;
  }
  return count;
}

void look_at_new_place(Files& files, const Settings& settings, const std::string& data, List& list) {
  add(list, Grade::kNote, "data", fmt::format("There is none in {} yet: the first start makes it.", data));
  const auto key = files.real_path(data) ? master_key_path(files, data, settings) : Result<std::string>(data + ".key");
  if (!key) return add(list, Grade::kWrong, "master key", key.error().message);
  if (files.real_path(*key)) {
    add(list, Grade::kWarning, "data",
        fmt::format("But there is a master key, {}: is the disk of the data not mounted? A start would make it anew.", *key));
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
  const auto& path = data ? *data : settings.data.dir;
  const auto parts = count_parts(files, path);
  look_at_certificate(files, settings, path, clock, list);
  look_at_disk(files, settings, nearest_existing(files, path), list);
  const auto content = path + "/content";
  if (files.is_mount_point(content).value_or(false)) look_at_disk(files, settings, content, list);
  if (!parts) {
    add(list, Grade::kWrong, "data", parts.error().message);
  } else if (*parts == 0) {
    look_at_new_place(files, settings, path, list);
  } else if (*parts == 1 && files.real_path(path + kParts[0])) {  // only the first that a start makes
    add(list, Grade::kNote, "data", fmt::format("The first start in {} did not come to its end: start again.", path));
  } else {
    look_at_data(files, path, list);
    look_at_key(files, settings, path, list);
    look_at_server(files, settings, path, list);
  }
  return list;
}

}  // namespace cairn::app
