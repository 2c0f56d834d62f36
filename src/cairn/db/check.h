#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cairn/db/transaction.h"

namespace cairn::db {

/// What an examination of the stored data has found: by rule, how often it is broken and the first few places.
class Findings {
 public:
  static constexpr std::size_t kExamples = 10;

  struct Rule {
    std::size_t count = 0;
    std::vector<std::string> examples{};  ///< where
  };

  /// A rule is broken: something was lost, or would be.
  void error(std::string_view rule, std::string where) { add(errors_, rule, std::move(where)); }
  /// Something that is in order, and worth knowing.
  void note(std::string_view rule, std::string where) { add(notes_, rule, std::move(where)); }

  /// Adds what another examination has found.
  void add(const Findings& others) {
    merge(errors_, others.errors_);
    merge(notes_, others.notes_);
  }

  [[nodiscard]] const std::map<std::string, Rule, std::less<>>& errors() const { return errors_; }
  [[nodiscard]] const std::map<std::string, Rule, std::less<>>& notes() const { return notes_; }
  [[nodiscard]] bool all_well() const { return errors_.empty(); }

 private:
  using Rules = std::map<std::string, Rule, std::less<>>;
  static void add(Rules& rules, std::string_view rule, std::string where) {
    auto& found = rules[std::string(rule)];
    if (++found.count <= kExamples) found.examples.push_back(std::move(where));
  }

  static void merge(Rules& into, const Rules& from) {
    for (const auto& [rule, found] : from) {
      auto& all = into[rule];
      all.count += found.count;
      for (const auto& example : found.examples)
        if (all.examples.size() < kExamples) all.examples.push_back(example);
    }
  }

  Rules errors_;
  Rules notes_;
};

/// One examination, which a folder gives of its tables, in one consistent view.
struct Check {
  std::string_view name;
  std::function<void(Snapshot&, Findings&)> run;
};

/// A rule as a statement that finds what breaks it: each row is one, its first column an id.
struct SqlRule {
  std::string_view what;  ///< what is wrong: `a file without its version`
  Sql find;
};

/// Looks for what breaks the rules.
void examine(Snapshot& snapshot, std::span<const SqlRule> rules, Findings& findings);

/// What the database itself can tell: its pages and indexes.
[[nodiscard]] Check own_check();

}  // namespace cairn::db
