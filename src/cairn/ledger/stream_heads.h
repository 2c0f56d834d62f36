#pragma once
#include <map>
#include <utility>
#include <vector>

#include "cairn/ledger/journal.h"

namespace cairn::ledger {

/// The heads of the streams that one transaction writes to: read once, counted in memory, written once.
class StreamHeads final : public db::TransactionState {
 public:
  struct Head {
    Stamp last;
    ChainMac mac{};
    bool stored = false;  ///< there is a row for it
    bool changed = false;
  };

  /// The head, from the database at its first use.
  Head& of(db::Transaction& tx, const StreamId& stream);

  /// Puts `head` in its place, to be written at the end.
  void advance(const StreamId& stream, const Head& head);

  void mark() override { undo_.clear(); }
  void roll_back() override;
  void before_commit(db::Transaction& tx) override;

 private:
  std::map<StreamId, Head> heads_;
  std::vector<std::pair<StreamId, Head>> undo_;  // what stood there before each advance since the mark
};

}  // namespace cairn::ledger
