#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/runtime/files.h"

namespace cairn::app {

/// The folder that holds everything an instance keeps, and the lock that makes this process its only user.
///
///     DIR/cairn.db        the database (SQLite)
///     DIR/content         the content (docs/formats/store.md)
///     DIR/keys            the keys of spaces, wrapped (docs/formats/keys.md)
///     DIR/run/lock        held by the running server; its text names the process
///     DIR/run/admin       where the admin socket is
///     DIR/run/admin.sock  the admin socket, unless the path is too long
///     DIR/run/addresses   the addresses that the server listens on, one a line
class DataDirectory {
 public:
  /// Makes the folders that are missing and takes the lock. kConflict, with who holds it and what to do, if another server runs
  /// here; kDenied for root where the data belongs to somebody else, who could not use what root makes.
  static Result<DataDirectory> open(Files& files, const std::string& path);
  /// The same for commands that look at what is there: kNotFound, and nothing is made, where there is no data.
  static Result<DataDirectory> open_existing(Files& files, const std::string& path);

  /// Without symbolic links and slash at its end.
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string database_path() const { return path_ + "/cairn.db"; }

  /// Paths for the admin socket, the best first: a socket's path is at most 107 bytes, and some file systems refuse sockets.
  [[nodiscard]] std::vector<std::string> admin_socket_paths() const;

  /// Writes down where the server is reached: its admin socket and its addresses.
  Result<void> publish(const std::string& admin_socket, const std::vector<std::string>& addresses);
  /// Takes that back.
  Result<void> withdraw();

 private:
  DataDirectory(Files& files, std::string path, std::unique_ptr<FileLock> lock)
      : files_(files), path_(std::move(path)), lock_(std::move(lock)) {}

  Files& files_;
  std::string path_;
  std::unique_ptr<FileLock> lock_;
};

/// The admin socket of the server that runs on this data directory, for commands. kUnavailable if none has written one down.
Result<std::string> find_admin_socket(Files& files, const std::string& data_directory);

}  // namespace cairn::app
