#pragma once
#include <string>
#include <vector>

#include "cairn/base/error.h"
#include "cairn/crypt/key.h"
#include "cairn/crypt/master_key.h"
#include "cairn/runtime/files.h"

namespace cairn::crypt {

/// Keeps the keys of spaces, wrapped by the master key, each in a file of its own outside the database: destroying one reaches
/// every backup of the database. Calls block and may run at once, but for two about the same scope.
class KeyStore {
 public:
  /// `directory` exists; `files` and `master` outlive this.
  KeyStore(Files& files, std::string directory, const MasterKey& master)
      : files_(files), directory_(std::move(directory)), master_(master) {}

  /// Makes the scope's key. It is durable when this returns: only then may a change use it. kAlreadyExists.
  Result<Key> create(const Uuid& scope);

  /// kNotFound if it was destroyed or never made; kCorrupt if the file is damaged or wrapped by another master key, which is then
  /// said.
  Result<Key> load(const Uuid& scope) const;

  /// Destroys the scope's key, and with it everything that it sealed. One that is gone already is no error. Durable when this
  /// returns.
  Result<void> destroy(const Uuid& scope);

  /// All scopes that have a key.
  [[nodiscard]] Result<std::vector<Uuid>> list() const;

 private:
  [[nodiscard]] std::string path_of(const Uuid& scope) const;

  Files& files_;
  std::string directory_;
  const MasterKey& master_;
};

}  // namespace cairn::crypt
