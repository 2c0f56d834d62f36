#pragma once
#include <atomic>
#include <string>

#include "cairn/db/database.h"
#include "cairn/store/object_store.h"

namespace cairn::content {

/// Sees to it that a store is only written to by the installation that it belongs to, and that nothing is deleted from it on the
/// word of a database that went back in time: a staging clone or a rolled-back snapshot must never delete production's content
/// (DESIGN D20).
class StoreGuard {
 public:
  /// Both outlive this.
  StoreGuard(db::Database& database, store::ObjectStore& store) : database_(database), store_(store) {}

  /// At start: takes a store that nobody has, or checks that it is ours. Throws Failure(kConflict) if it belongs to another
  /// installation or to another life of it, kUnavailable if its marker is gone (a disk that is not mounted).
  Task<> open(Turn turn);

  /// Every minute: checks that the store is still there and ours, and writes down how far the database is, there and in the
  /// store. Throws as open(). One call at a time.
  Task<> refresh(Turn turn);

  /// False while the store knows of a later time than the database, and while it was not there at the last look.
  [[nodiscard]] bool may_delete() const;
  /// The two reasons, for those who look after it.
  [[nodiscard]] bool store_is_there() const { return store_is_there_; }
  [[nodiscard]] bool database_is_behind() const { return database_is_behind_; }

 private:
  void check(const Result<store::Marker>& marker);
  Task<> write_down(Turn turn);

  db::Database& database_;
  store::ObjectStore& store_;
  std::string installation_;
  std::string incarnation_;
  std::int64_t high_water_ = 0;  // as the database knew it last
  std::atomic<bool> store_is_there_ = true;
  std::atomic<bool> database_is_behind_ = false;
};

}  // namespace cairn::content
