#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

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
};

/// A bounded queue that serves keys in turn: one key's thousand waiting items delay another's single item by one.
/// Within a key, first in is first out. Reserved items have `reserved` places of their own and every second turn at
/// most. Not synchronised: its owner locks.
template <class Item>
class FairQueue {
 public:
  struct Capacity {
    std::size_t usual;
    std::size_t reserved;
  };

  explicit FairQueue(Capacity capacity) : capacity_(capacity) {}

  /// False, and the item dropped, if the places of its kind are all taken.
  [[nodiscard]] bool push(Turn turn, Item item) {
    if (turn.kind == Turn::Kind::kReserved) {
      if (reserved_.size() >= capacity_.reserved) return false;
      reserved_.push_back(std::move(item));
      return true;
    }
    if (usual_ >= capacity_.usual) return false;
    auto& line = lines_[turn.key];
    if (line.empty()) keys_.push_back(turn.key);
    line.push_back(std::move(item));
    ++usual_;
    return true;
  }

  /// The next item, nothing if none waits.
  [[nodiscard]] std::optional<Item> pop() {
    const bool reserved_turn = !reserved_.empty() && (usual_ == 0 || !last_was_reserved_);
    last_was_reserved_ = reserved_turn;
    if (reserved_turn) return take_front(reserved_);
    if (usual_ == 0) return std::nullopt;

    const auto key = keys_.front();
    keys_.pop_front();
    const auto line = lines_.find(key);
    auto item = take_front(line->second);
    --usual_;
    if (line->second.empty()) {
      lines_.erase(line);
    } else {
      keys_.push_back(key);
    }
    return item;
  }

  [[nodiscard]] std::size_t size() const { return usual_ + reserved_.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  static std::optional<Item> take_front(std::deque<Item>& line) {
    std::optional<Item> item(std::move(line.front()));
    line.pop_front();
    return item;
  }

  Capacity capacity_;
  std::unordered_map<std::uint64_t, std::deque<Item>> lines_;
  std::deque<std::uint64_t> keys_;  // those with a line, in the order of their next turn
  std::size_t usual_ = 0;
  std::deque<Item> reserved_;
  bool last_was_reserved_ = false;
};

}  // namespace cairn
