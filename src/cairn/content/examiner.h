#pragma once
#include <cstdint>
#include <functional>

#include "cairn/content/content.h"
#include "cairn/db/check.h"

namespace cairn::content {

/// Compares the store with the rows, as `cairn fsck` does: each blob's objects must be there; objects that no row refers to are
/// noted. Deep, it reads every blob, and marks what is damaged (Content::scrub).
class Examiner {
 public:
  struct Parts {
    db::Database& database;
    store::ObjectStore& store;
    Content& content;
  };

  /// How far it has come, told now and then; false ends it.
  struct Progress {
    std::string_view what;  ///< `objects`, `content`
    std::uint64_t done;
  };
  using Tell = std::function<bool(const Progress&)>;

  explicit Examiner(Parts parts) : parts_(parts) {}

  /// Adds to `findings`. Throws Failure(kUnavailable, kIo) if database or store cannot be read at all.
  Task<> run(Turn turn, bool deep, db::Findings& findings, Tell tell);

 private:
  Task<bool> check_blobs(Turn turn, bool deep, db::Findings& findings, const Tell& tell);
  Task<> check_objects(Turn turn, const BlobId& blob, const std::vector<store::ObjectName>& objects, db::Findings& findings);
  Task<> note_strangers(Turn turn, db::Findings& findings, const Tell& tell);

  Parts parts_;
};

}  // namespace cairn::content
