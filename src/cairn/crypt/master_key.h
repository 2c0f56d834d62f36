#pragma once
#include <string>
#include <string_view>

#include "cairn/base/error.h"
#include "cairn/base/id.h"
#include "cairn/base/secret.h"
#include "cairn/crypt/key.h"
#include "cairn/runtime/files.h"

namespace cairn::crypt {

/// The key on which everything of an installation hangs. It lies in a file of its own, outside the data directory, and on paper
/// as the recovery code; whoever loses both has lost all sealed content. Formats: docs/formats/keys.md.
class MasterKey {
 public:
  /// A fresh one, kept nowhere yet.
  [[nodiscard]] static MasterKey make() { return MasterKey(Key::make()); }

  /// Reads the file. kNotFound, or kCorrupt if it is damaged or no such file; both say what to do.
  static Result<MasterKey> load(Files& files, const std::string& path);

  /// From its recovery code, generously read. kInvalidInput if it is none.
  static Result<MasterKey> from_recovery_code(std::string_view code);

  /// Writes the file, durable. kAlreadyExists: a key is never replaced.
  Result<void> save(Files& files, const std::string& path) const;

  /// 14 groups of four letters, to be kept on paper.
  [[nodiscard]] Secret recovery_code() const;

  /// The key of an installation at its start: reads it, or makes it if this is the very first start, which `keys_directory` (that
  /// of the scope keys, which exists) remembers. kNotFound if the file is missing although there was one; kCorrupt if it is
  /// damaged, or is another than the one that the installation began with. Both say what to do.
  struct Opened;
  static Result<Opened> open(Files& files, const std::string& path, const std::string& keys_directory);

  /// Names the key; says nothing about it.
  [[nodiscard]] const Uuid& id() const { return id_; }

  [[nodiscard]] const Key& key() const { return key_; }

  /// The key for one purpose: `token signing`, `csrf` … Other labels give unrelated keys.
  [[nodiscard]] Key derive(std::string_view purpose) const;

 private:
  explicit MasterKey(Key key);

  Key key_;
  Uuid id_;
};

struct MasterKey::Opened {
  MasterKey key;
  bool made;  ///< just now: somebody has to write down the recovery code
};

}  // namespace cairn::crypt
