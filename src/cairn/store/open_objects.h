#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "cairn/runtime/files.h"
#include "cairn/store/object_store.h"

namespace cairn::store {

/// An object's file, open for any number of readers.
struct OpenObject {
  std::shared_ptr<File> file;
  std::uint64_t size;
};

/// Files of objects that were read lately, kept open, so that the next reader need not wait for a thread of the disk pool. That
/// is sound since objects never change. The one unused longest goes when there are too many. Safe to use from several threads.
class OpenObjects {
 public:
  explicit OpenObjects(std::size_t most) : most_(most) {}

  [[nodiscard]] std::optional<OpenObject> find(const ObjectName& name);

  /// How often objects were let go of: to be asked before a file is opened, and given to keep().
  [[nodiscard]] std::uint64_t let_go_count();
  /// Keeps it, unless it is kept already, anything was let go of since that count, or nothing is to be kept at all.
  void keep(const ObjectName& name, const OpenObject& object, std::uint64_t let_go_count);

  /// What is removed, or to be looked at afresh.
  void let_go(const ObjectName& name);

 private:
  struct Kept {
    ObjectName name;
    OpenObject object;
  };
  struct Hash {
    std::size_t operator()(const ObjectName& name) const noexcept { return name.hash(); }
  };

  const std::size_t most_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // the one used last in front
  std::unordered_map<ObjectName, std::list<Kept>::iterator, Hash> places_;
  std::uint64_t let_go_count_ = 0;
};

}  // namespace cairn::store
