#pragma once
#include <string>

#include "cairn/runtime/files.h"
#include "cairn/runtime/worker_pool.h"
#include "cairn/store/object_store.h"
#include "cairn/store/open_objects.h"

namespace cairn::store {

/// Objects as files of a local directory (docs/formats/store.md). An object is written beside its place under a temporary name,
/// synced, renamed to a name that must be free, and its directory synced: in each moment it is there whole or not at all.
class LocalStore final : public ObjectStore {
 public:
  /// `directory` exists. `files` and `disk`, the pool that does the blocking work, outlive this.
  /// `open_objects`: how many files stay open, at most, after they were read, so that the next reader finds them; 0 keeps
  /// none.
  LocalStore(Files& files, WorkerPool& disk, std::string directory, std::size_t open_objects)
      : files_(files), disk_(disk), directory_(std::move(directory)), open_(open_objects) {}

  /// Makes the 256 folders where they are missing, durable, and sweeps temporaries that a crash has left. Blocks: call once,
  /// before use, by the only process on this directory. Gives the number of temporaries swept.
  Result<std::size_t> prepare();

  Task<std::unique_ptr<ObjectWriter>> create(Turn turn, ObjectName name, std::optional<std::uint64_t> size) override;
  Task<Result<std::unique_ptr<ObjectReader>>> open(Turn turn, ObjectName name, ByteRange range) override;
  void let_go(ObjectName name) override { open_.let_go(name); }
  Task<> remove(Turn turn, ObjectName name) override;
  Task<std::vector<ObjectName>> list(Turn turn, std::uint8_t part) override;
  Task<Result<Marker>> read_marker(Turn turn) override;
  Task<> write_marker(Turn turn, Marker marker) override;

 private:
  [[nodiscard]] std::string folder_of(const ObjectName& name) const;
  [[nodiscard]] std::string path_of(const ObjectName& name) const;
  [[nodiscard]] std::string marker_path() const;

  Files& files_;
  WorkerPool& disk_;
  std::string directory_;
  OpenObjects open_;
};

}  // namespace cairn::store
