#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "cairn/tree/find_node.h"

namespace cairn::tree {

/// What was found for a download a moment ago, so that the next one of the same file by the same credential need not ask the
/// database. It is as good as a fresh look while nothing at all was changed since (db::Database::changes()), and for a few
/// seconds at most, since grants expire without a change. Safe to use from several threads.
class ContentCache {
 public:
  /// `most` entries, each for at most `age`. None are kept unless this process alone writes to the database.
  ContentCache(std::size_t most, std::chrono::microseconds age) : most_(most), age_(age) {}

  /// What names a look: who looks, with all that rights depend on, and at what.
  static std::string key_of(const account::Principal& who, NodeId node, const std::optional<VersionId>& version);
  static std::string key_of(const account::Principal& who, const std::optional<SpaceId>& space, std::string_view path,
                            const std::optional<VersionId>& version);

  struct Entry {
    std::shared_ptr<const FoundContent> found;
    Instant at;  ///< when it was looked at
  };

  /// `changes` and `now` as they are.
  [[nodiscard]] std::optional<Entry> find(const std::string& key, std::uint64_t changes, Instant now);

  /// `changes` and `now` as they were before the look began.
  void keep(std::string key, std::uint64_t changes, Instant now, const FoundContent& found);

 private:
  const std::size_t most_;
  const std::chrono::microseconds age_;
  std::mutex mutex_;
  std::uint64_t changes_ = 0;  // all entries are of this number
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace cairn::tree
