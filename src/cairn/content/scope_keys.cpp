#include "cairn/content/scope_keys.h"

namespace cairn::content {
namespace {

struct LoadKey {
  const crypt::KeyStore* keys;
  Uuid scope;
  Result<crypt::Key> run() const { return keys->load(scope); }
};

struct CreateKey {
  crypt::KeyStore* keys;
  Uuid scope;
  Result<void> run() const {
    const auto created = keys->create(scope);
    if (!created) return failure(created);
    return {};
  }
};

struct DestroyKey {
  crypt::KeyStore* keys;
  Uuid scope;
  Result<void> run() const { return keys->destroy(scope); }
};

}  // namespace

Task<std::shared_ptr<const crypt::Key>> ScopeKeys::get(Turn turn, Uuid scope) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = cached_.find(scope); found != cached_.end()) co_return found->second;
  }
  auto work = LoadKey{&keys_, scope};
  auto loaded = co_await disk_.run(turn, work);
  auto key = std::make_shared<const crypt::Key>(value_or_throw(std::move(loaded)));
  const std::scoped_lock lock(mutex_);
  if (destroyed_.contains(scope)) throw Failure({ErrorCode::kNotFound, "The key of this content has been destroyed."});
  cached_.insert_or_assign(scope, key);
  co_return key;
}

Task<> ScopeKeys::create(Turn turn, Uuid scope) {
  auto work = CreateKey{&keys_, scope};
  auto created = co_await disk_.run(turn, work);
  value_or_throw(std::move(created));
}

Task<> ScopeKeys::destroy(Turn turn, Uuid scope) {
  {
    const std::scoped_lock lock(mutex_);
    destroyed_.insert(scope);
    cached_.erase(scope);
  }
  auto work = DestroyKey{&keys_, scope};
  auto destroyed = co_await disk_.run(turn, work);
  value_or_throw(std::move(destroyed));
}

}  // namespace cairn::content
