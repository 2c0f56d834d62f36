#include "cairn/app/data_directory.h"

#include <array>

#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include "cairn/base/random.h"
#include "cairn/base/text.h"

namespace cairn::app {
namespace {

std::string admin_file(const std::string& path) { return path + "/run/admin"; }
std::string addresses_file(const std::string& path) { return path + "/run/addresses"; }

// Makes what is missing, its own name durable too, and gives its path without links: SQLite follows none.
Result<std::string> make_data_directory(Files& files, const std::string& named) {
  if (named.empty()) return failure(ErrorCode::kInvalidInput, "data.dir is empty");
  auto path = named;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (const auto made = make_directories(files, path); !made) return failure(made);
  auto resolved = files.real_path(path);
  if (!resolved) return resolved;
  if (const auto made = make_directories(files, *resolved + "/run"); !made) return failure(made);
  return resolved;
}

}  // namespace

Result<DataDirectory> DataDirectory::open_existing(Files& files, const std::string& named) {
  if (!files.real_path(named + "/cairn.db")) {
    return failure(ErrorCode::kNotFound, fmt::format("There is no data of Cairn in {}. Name its directory: --data DIR.", named));
  }
  return open(files, named);
}

Result<DataDirectory> DataDirectory::open(Files& files, const std::string& named) {
  if (const auto owner = files.owner_of(named + "/cairn.db"); owner && owner->id != 0 && ::geteuid() == 0) {
    return failure(
        ErrorCode::kDenied,
        fmt::format("The data in {} belongs to {}, who could not use what root makes there. Act as that user: setpriv --reuid {} "
                    "--regid {} --clear-groups cairn ...",
                    named, owner->name, owner->name, owner->name),
        named);
  }
  const auto resolved = make_data_directory(files, named);
  if (!resolved) {
    return failure(
        resolved.error().code,
        fmt::format("The data directory cannot be made: {}. Choose another with --data DIR.", resolved.error().message), named);
  }
  const auto& path = *resolved;
  auto lock = files.lock(path + "/run/lock", fmt::format("process {}", ::getpid()));
  if (!lock && lock.error().code == ErrorCode::kConflict) {
    return failure(ErrorCode::kConflict,
                   fmt::format("Another cairn ({}) is using {}. Stop it, or choose another data directory with --data DIR.",
                               lock.error().message, path),
                   path);
  }
  if (!lock) return failure(lock);
  DataDirectory data(files, path, *std::move(lock));
  if (const auto withdrawn = data.withdraw(); !withdrawn) return failure(withdrawn);  // of a server that was killed
  return data;
}

std::vector<std::string> DataDirectory::admin_socket_paths() const {
  std::vector<std::string> paths;
  const auto near = path_ + "/run/admin.sock";
  if (near.size() < sizeof sockaddr_un::sun_path) paths.push_back(near);
  std::array<std::byte, 16> random;
  fill_random(random);
  paths.push_back(fmt::format("/tmp/cairn-{}.sock", hex(random)));
  return paths;
}

Result<void> DataDirectory::publish(const std::string& admin_socket, const std::vector<std::string>& addresses) {
  if (const auto written = replace_text(files_, admin_file(path_), admin_socket + "\n"); !written) return written;
  return replace_text(files_, addresses_file(path_), fmt::format("{}\n", fmt::join(addresses, "\n")));
}

Result<void> DataDirectory::withdraw() {
  if (const auto removed = files_.remove(addresses_file(path_)); !removed) return removed;
  return files_.remove(admin_file(path_));
}

Result<std::string> find_admin_socket(Files& files, const std::string& data_directory) {
  const auto text = read_text(files, admin_file(data_directory), 4096);
  if (!text) {
    return failure(ErrorCode::kUnavailable,
                   fmt::format("No server runs on {}. Start it with: cairn serve --data {}", data_directory, data_directory),
                   data_directory);
  }
  return std::string(trimmed(*text));
}

}  // namespace cairn::app
