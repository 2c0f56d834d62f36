#pragma once
// db/: one small interface over the databases: connections, statements, transactions, lanes and migrations. Knows no tables but
// its own three (schema_step, probe, instance); each other folder keeps its statements and its migrations itself.

#include <string_view>

namespace cairn::db {

/// The text of one statement, with `?` where values are bound. It can only be made from a literal, so that no statement is ever
/// put together from what came from outside (SQL injection does not compile), and so that its address can serve as its identity.
class Sql {
 public:
  // Not explicit: a literal is meant to be passed as it stands.
  consteval Sql(const char* literal) : text_(literal) {}
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace cairn::db
