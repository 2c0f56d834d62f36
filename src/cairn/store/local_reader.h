#pragma once
#include <memory>

#include "cairn/runtime/files.h"
#include "cairn/runtime/worker_pool.h"
#include "cairn/store/object_store.h"

namespace cairn::store {

/// Reads a range of an open object's file, which lies inside: what is in memory at once, the rest through `disk`, the pool that
/// does blocking work, which outlives the reader.
[[nodiscard]] std::unique_ptr<ObjectReader> make_local_reader(WorkerPool& disk, Turn turn, std::shared_ptr<File> file,
                                                              ByteRange range);

}  // namespace cairn::store
