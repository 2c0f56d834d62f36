#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "cairn/crypt/key_store.h"
#include "cairn/runtime/worker_pool.h"

namespace cairn::content {

/// The keys of spaces, unwrapped once and kept in memory. Safe to use from several threads.
class ScopeKeys {
 public:
  /// Both outlive this; `disk` is the pool that does the blocking work.
  ScopeKeys(crypt::KeyStore& keys, WorkerPool& disk) : keys_(keys), disk_(disk) {}

  /// The scope's key. Throws Failure(kNotFound) if it was destroyed, kCorrupt as KeyStore::load.
  Task<std::shared_ptr<const crypt::Key>> get(Turn turn, Uuid scope);

  /// Makes a new scope's key, durable when this ends. Throws Failure(kAlreadyExists).
  Task<> create(Turn turn, Uuid scope);

  /// Destroys a scope's key, in memory too.
  Task<> destroy(Turn turn, Uuid scope);

 private:
  crypt::KeyStore& keys_;
  WorkerPool& disk_;
  std::mutex mutex_;
  std::map<Uuid, std::shared_ptr<const crypt::Key>> cached_;
  std::set<Uuid> destroyed_;  // by this process: a read that was under way must not bring one back
};

}  // namespace cairn::content
