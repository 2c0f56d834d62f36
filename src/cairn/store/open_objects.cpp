#include "cairn/store/open_objects.h"

namespace cairn::store {

std::optional<OpenObject> OpenObjects::find(const ObjectName& name) {
  const std::scoped_lock lock(mutex_);
  const auto place = places_.find(name);
  if (place == places_.end()) return std::nullopt;
  kept_.splice(kept_.begin(), kept_, place->second);
  return place->second->object;
}

std::uint64_t OpenObjects::let_go_count() {
  const std::scoped_lock lock(mutex_);
  return let_go_count_;
}

void OpenObjects::keep(const ObjectName& name, const OpenObject& object, std::uint64_t let_go_count) {
  if (most_ == 0) return;
  std::list<Kept> dropped;  // closed when the lock is free again
  const std::scoped_lock lock(mutex_);
  if (let_go_count != let_go_count_ || places_.contains(name)) return;
  if (kept_.size() >= most_) {
    places_.erase(kept_.back().name);
    dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
  }
  kept_.push_front({name, object});
  places_.emplace(name, kept_.begin());
}

void OpenObjects::let_go(const ObjectName& name) {
  std::list<Kept> dropped;
  const std::scoped_lock lock(mutex_);
  ++let_go_count_;
  const auto place = places_.find(name);
  if (place == places_.end()) return;
  dropped.splice(dropped.begin(), kept_, place->second);
  places_.erase(place);
}

}  // namespace cairn::store
