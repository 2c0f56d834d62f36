// What holds for a connection to any database. A new adapter joins by one more name in the last lines.
#include "cairn/db/connection.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "cairn/db/testing/sim_database.h"
#include "cairn/db/transaction.h"

namespace cairn::db {
namespace {

constexpr Sql kMakeThing = "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, name BLOB NOT NULL UNIQUE)";
constexpr Sql kAddThing = "INSERT INTO thing (id, name) VALUES (?, ?)";
constexpr Sql kListThings = "SELECT id, name FROM thing ORDER BY id";

Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

class ConnectionTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    change([](Transaction& tx) { tx.run(kMakeThing); });
  }

  template <class Change>
  void change(Change change) {
    connection_.begin(Connection::Begin::kWrite);
    Transaction tx(connection_);
    change(tx);
    connection_.commit();
  }

  static std::string names(Connection& connection) {
    Snapshot snapshot(connection);
    std::string all;
    auto rows = snapshot.query(kListThings);
    while (rows.next()) {
      const auto name = rows.bytes(1);
      all.append(reinterpret_cast<const char*>(name.data()), name.size()) += ' ';
    }
    return all;
  }

  static FailureClass failure_of(Transaction& tx, Sql sql, std::int64_t id, std::string_view name) {
    try {
      tx.run(sql, id, bytes_of(name));
    } catch (const DatabaseFailure& failure) {
      return failure.failure_class();
    }
    ADD_FAILURE() << "nothing failed";
    return FailureClass::kBug;
  }

  SimDatabase database_{1};
  Connection& connection_ = *database_.writer;
};

TEST_P(ConnectionTest, ValuesOfEveryKindComeBackAsTheyWere) {
  const std::string nul_inside("a\0b", 3);
  Snapshot snapshot(connection_);
  const auto echo = [&](const auto& value) { return snapshot.query("SELECT ?", value); };
  for (const auto number :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    auto rows = echo(number);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), number);
    EXPECT_FALSE(rows.is_null(0));
  }
  {
    auto rows = echo(0.1);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.real(0), 0.1);
  }
  for (const auto& text : {std::string(), std::string("ä"), nul_inside}) {
    auto rows = echo(std::string_view(text));
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.text(0), text);
    EXPECT_FALSE(rows.is_null(0)) << "an empty text is not null";
  }
  for (const auto& text : {std::string(), nul_inside}) {
    auto rows = echo(bytes_of(text));
    ASSERT_TRUE(rows.next());
    EXPECT_TRUE(std::ranges::equal(rows.bytes(0), bytes_of(text)));
    EXPECT_FALSE(rows.is_null(0)) << "no bytes are not null";
  }
  auto rows = echo(std::optional<std::int64_t>());
  ASSERT_TRUE(rows.next());
  EXPECT_TRUE(rows.is_null(0));
}

TEST_P(ConnectionTest, WhatIsRolledBackIsGone) {
  change([](Transaction& tx) { tx.run(kAddThing, 1, bytes_of("kept")); });
  connection_.begin(Connection::Begin::kWrite);
  Transaction(connection_).run(kAddThing, 2, bytes_of("gone"));
  connection_.rollback();
  EXPECT_FALSE(connection_.in_transaction());
  EXPECT_EQ(names(connection_), "kept ");
}

TEST_P(ConnectionTest, ASavepointTakesBackItsOwnChangesOnly) {
  change([&](Transaction& tx) {
    connection_.savepoint();
    tx.run(kAddThing, 1, bytes_of("kept"));
    connection_.release_savepoint();
    connection_.savepoint();
    tx.run(kAddThing, 2, bytes_of("gone"));
    connection_.roll_back_to_savepoint();
    connection_.savepoint();
    tx.run(kAddThing, 3, bytes_of("too"));
    connection_.release_savepoint();
  });
  EXPECT_EQ(names(connection_), "kept too ");
}

TEST_P(ConnectionTest, ATakenNameIsAConflictAndTheTransactionGoesOnFromItsSavepoint) {
  change([&](Transaction& tx) {
    tx.run(kAddThing, 1, bytes_of("a"));
    connection_.savepoint();
    EXPECT_EQ(failure_of(tx, kAddThing, 2, "a"), FailureClass::kConflict);
    connection_.roll_back_to_savepoint();
    connection_.savepoint();
    EXPECT_EQ(failure_of(tx, kAddThing, 1, "b"), FailureClass::kConflict);
    connection_.roll_back_to_savepoint();
    tx.run(kAddThing, 3, bytes_of("c"));
  });
  EXPECT_EQ(names(connection_), "a c ");
}

TEST_P(ConnectionTest, AStatementThatIsWrongIsABug) {
  connection_.begin(Connection::Begin::kWrite);
  Transaction tx(connection_);
  EXPECT_EQ(failure_of(tx, "INSERT INTO nowhere (id, name) VALUES (?, ?)", 1, "a"), FailureClass::kBug);
  EXPECT_EQ(failure_of(tx, "INSERT INTO thing (id, name) VALUES (NULLIF(?, 1), NULLIF(?, ?2))", 2, "a"), FailureClass::kBug);
  connection_.rollback();
}

TEST_P(ConnectionTest, ChangedRowsAreCounted) {
  change([](Transaction& tx) {
    for (int id = 1; id <= 5; ++id) EXPECT_EQ(tx.run(kAddThing, id, bytes_of(std::to_string(id))), 1);
    EXPECT_EQ(tx.run("DELETE FROM thing WHERE id > ?", 3), 2);
    EXPECT_EQ(tx.run("DELETE FROM thing WHERE id > ?", 3), 0);
  });
}

TEST_P(ConnectionTest, AReaderSeesOneStateUntilItEndsAndCannotChangeAnything) {
  change([](Transaction& tx) { tx.run(kAddThing, 1, bytes_of("a")); });
  const auto reader = database_.open_reader();
  reader->begin(Connection::Begin::kRead);
  EXPECT_EQ(names(*reader), "a ");
  change([](Transaction& tx) { tx.run(kAddThing, 2, bytes_of("b")); });
  EXPECT_EQ(names(*reader), "a ");
  reader->rollback();
  reader->begin(Connection::Begin::kRead);
  EXPECT_EQ(names(*reader), "a b ");
  EXPECT_THROW(Transaction(*reader).run(kAddThing, 3, bytes_of("c")), DatabaseFailure);
  reader->rollback();
}

TEST_P(ConnectionTest, RoundTripsAndRowsAreCounted) {
  change([](Transaction& tx) {
    for (int id = 1; id <= 5; ++id) tx.run(kAddThing, id, bytes_of(std::to_string(id)));
  });
  const auto before = connection_.statistics();
  EXPECT_EQ(names(connection_), "1 2 3 4 5 ");
  const auto after = connection_.statistics();
  EXPECT_EQ(after.statements - before.statements, 1u);
  EXPECT_EQ(after.rows - before.rows, 5u);
  EXPECT_EQ(after.commits, before.commits);
}

TEST_P(ConnectionTest, AStatementIsPreparedOnce) {
  EXPECT_EQ(&connection_.prepare(kListThings), &connection_.prepare(kListThings));
}

INSTANTIATE_TEST_SUITE_P(Adapters, ConnectionTest, ::testing::Values("Sqlite"), [](const auto& name) { return name.param; });

}  // namespace
}  // namespace cairn::db
