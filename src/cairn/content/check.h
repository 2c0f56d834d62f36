#pragma once
#include "cairn/content/claims.h"
#include "cairn/db/check.h"

namespace cairn::content {

/// Whether a holder of claims is there: the folders above know.
using HolderExists = std::function<bool(db::Snapshot&, const Holder&)>;

/// Blobs with their segments, keys and claims; not the bytes. `mac_key` outlives them.
[[nodiscard]] std::vector<db::Check> checks(const crypt::Key& mac_key, HolderExists holder_exists);

/// A page of all blobs, in the order of their ids, after `after`: for examinations that read the bytes.
struct ListBlobs {
  BlobId after;
  std::size_t limit = 100;

  struct Blob {
    BlobId id;
    std::vector<store::ObjectName> objects;
  };
  /// Blobs that readers may be given, with their objects; `last` is where the next page begins, nothing on the last page.
  struct Page {
    std::vector<Blob> blobs;
    std::optional<BlobId> last;
  };
  Page run(db::Snapshot& snapshot) const;
};

/// True if a row refers to the object.
struct IsReferred {
  store::ObjectName object;
  bool run(db::Snapshot& snapshot) const;
};

}  // namespace cairn::content
