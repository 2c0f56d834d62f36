#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "cairn/runtime/timing.h"

namespace cairn {

/// Whose turn a piece of work is, and how urgent.
struct Turn {
  enum class Kind {
    kUsual,
    kReserved,  ///< login and health: has places of its own, so that a flood of usual work cannot lock people out
  };

  /// Who the work is for: a number made from the principal's id. All work of one key waits in one line.
  std::uint64_t key = 0;
  Kind kind = Kind::kUsual;
  /// Where it is written down how long the work took; may be null. Whoever keeps a turn for longer than the request's handler
  /// runs takes this off.
  Timing* timing = nullptr;
};

/// A bounded queue that serves keys in turn: one key's thousand waiting items delay another's single item by one.
/// Within a key, first in is first out. Reserved items have `reserved` places of their own, of which one key gets half at most,
/// and every second turn at most. Not synchronised: its owner locks.
template <class Item>
class FairQueue {
 public:
  struct Capacity {
    std::size_t usual;
    std::size_t reserved;
  };

  explicit FairQueue(Capacity capacity)
      : usual_(capacity.usual, capacity.usual), reserved_(capacity.reserved, (capacity.reserved + 1) / 2) {}

  /// False, and the item dropped, if the places of its kind are all taken.
  [[nodiscard]] bool push(Turn turn, Item item) {
    return (turn.kind == Turn::Kind::kReserved ? reserved_ : usual_).push(turn.key, std::move(item));
  }

  /// The next item, nothing if none waits.
  [[nodiscard]] std::optional<Item> pop() {
    last_was_reserved_ = reserved_.size() > 0 && (usual_.size() == 0 || !last_was_reserved_);
    return last_was_reserved_ ? reserved_.pop() : usual_.pop();
  }

  [[nodiscard]] std::size_t size() const { return usual_.size() + reserved_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  // Items of one kind, a line for each key.
  class Lines {
   public:
    Lines(std::size_t capacity, std::size_t capacity_of_a_key) : capacity_(capacity), capacity_of_a_key_(capacity_of_a_key) {}

    bool push(std::uint64_t key, Item item) {
      if (size_ >= capacity_) return false;
      auto& line = lines_[key];
      if (line.size() >= capacity_of_a_key_) return false;  // not empty: a key has one place at least
      if (line.empty()) keys_.push_back(key);
      line.push_back(std::move(item));
      ++size_;
      return true;
    }

    std::optional<Item> pop() {
      if (size_ == 0) return std::nullopt;
      const auto key = keys_.front();
      keys_.pop_front();
      const auto line = lines_.find(key);
      std::optional<Item> item(std::move(line->second.front()));
      line->second.pop_front();
      --size_;
      if (line->second.empty()) {
        lines_.erase(line);
      } else {
        keys_.push_back(key);
      }
      return item;
    }

    [[nodiscard]] std::size_t size() const { return size_; }

   private:
    std::size_t capacity_;
    std::size_t capacity_of_a_key_;
    std::unordered_map<std::uint64_t, std::deque<Item>> lines_;
    std::deque<std::uint64_t> keys_;  // those with a line, in the order of their next turn
    std::size_t size_ = 0;
  };

  Lines usual_;
  Lines reserved_;
  bool last_was_reserved_ = false;
};

}  // namespace cairn
