#include "cairn/tree/content_cache.h"

#include <algorithm>

namespace cairn::tree {
namespace {

constexpr std::size_t kMostSegments = 16;  // of what is worth its room

void append(std::string& key, std::span<const std::byte> bytes) {
  key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// All of fixed length but the subjects, whose number stands in front of them; what a look is at comes behind.
std::string key_of(const account::Principal& who, const std::optional<VersionId>& version) {
  std::string key;
  append(key, who.credential.bytes());
  append(key, who.person.bytes());
  key += static_cast<char>(who.scopes.has(account::Scope::kReadFiles));
  key += version ? 'v' : '-';
  append(key, version.value_or(VersionId()).bytes());
  key += std::to_string(who.subjects.size()) + ":";
  for (const auto& subject : who.subjects) append(key, subject);
  return key;
}

}  // namespace

std::string ContentCache::key_of(const account::Principal& who, NodeId node, const std::optional<VersionId>& version) {
  auto key = tree::key_of(who, version) + "n";
  append(key, node.bytes());
  return key;
}

std::string ContentCache::key_of(const account::Principal& who, const std::optional<SpaceId>& space, std::string_view path,
                                 const std::optional<VersionId>& version) {
  auto key = tree::key_of(who, version) + (space ? "p" : "h");
  append(key, space.value_or(SpaceId()).bytes());
  key += path;
  return key;
}

std::optional<ContentCache::Entry> ContentCache::find(const std::string& key, std::uint64_t changes, Instant now) {
  const std::scoped_lock lock(mutex_);
  if (changes != changes_) return std::nullopt;
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return std::nullopt;
  const auto age = now - entry->second.at;  // below zero: the clock has gone back
  if (age < std::chrono::microseconds(0) || age >= age_) return std::nullopt;
  return entry->second;
}

void ContentCache::keep(std::string key, std::uint64_t changes, Instant now, const FoundContent& found) {
  const bool readable = !found.manifest || (found.manifest->has_value() && (*found.manifest)->segments.size() <= kMostSegments);
  if (most_ == 0 || !readable) return;
  auto entry = Entry{.found = std::make_shared<const FoundContent>(found), .at = now};
  const std::scoped_lock lock(mutex_);
  if (changes < changes_) return;
  if (changes > changes_ || entries_.size() >= most_) entries_.clear();
  changes_ = changes;
  entries_.insert_or_assign(std::move(key), std::move(entry));
}

}  // namespace cairn::tree
