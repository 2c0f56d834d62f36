"""The lint of floors finds each kind of breach."""

import pathlib

import floors

RULES = floors.Rules(
    "```floors\n0 base\n1 runtime\n2 net db\n7 tree\n10 app\n```\n"
    "```rooms\nboost/asio runtime net\nsqlite3.h db\n```\n"
    "```tables\nnode tree\nprobe db\n```\n"
)


def breaches(path: str, text: str) -> list[str]:
    return floors.breaches_of_file(RULES, pathlib.PurePath(path), text)


def test_lower_floors_and_ones_own_folder_may_be_included():
    assert breaches("db/lane.cpp", '#include "cairn/base/error.h"\n#include "cairn/db/lane.h"\n') == []


def test_a_higher_floor_and_the_same_floor_may_not():
    assert "only lower floors" in breaches("db/lane.h", '#include "cairn/tree/node.h"')[0]
    assert breaches("db/lane.h", '\n#include "cairn/net/server.h"')[0].startswith("db/lane.h:2:")


def test_a_folder_needs_a_floor():
    assert breaches("utils/helper.h", "")
    assert breaches("app/main.cpp", '#include "cairn/utils/helper.h"')


def test_a_library_stays_in_its_room():
    assert breaches("net/socket.cpp", "#include <boost/asio/ip/tcp.hpp>") == []
    assert breaches("tree/node.cpp", "#include <boost/asio/ip/tcp.hpp>")
    assert breaches("app/main.cpp", "#include <sqlite3.h>")


def test_only_files_opens_files():
    assert breaches("tree/node.cpp", "  int f = ::open(path, 0);")
    assert breaches("tree/node.cpp", "  auto l = Listener::open(path);") == []
    assert breaches("tree/node.cpp", "  std::ofstream out(path);")
    assert breaches("tree/node.cpp", "  // not ::open() here") == []
    assert breaches("runtime/posix_files.cpp", "  ::fsync(f);") == []
    assert breaches("db/database_test.cpp", "  std::filesystem::remove_all(d);") == []


def test_a_table_is_named_by_its_owner_alone():
    assert breaches("tree/node.cpp", 'constexpr Sql k = "SELECT id FROM node WHERE id = ?";') == []
    assert "belongs to tree" in breaches("db/lane.cpp", 'constexpr Sql k =\n  "UPDATE node SET a = 1";')[0]
    assert "no folder" in breaches("tree/node.cpp", 'constexpr Sql k = "INSERT INTO mystery (a) VALUES (1)";')[0]


def test_a_name_that_a_statement_gives_itself_is_no_table():
    assert breaches("tree/node.cpp", 'constexpr Sql k = "WITH RECURSIVE up(id) AS (SELECT id FROM node) SELECT id FROM up";') == []
    assert breaches("tree/node.cpp", 'constexpr Sql k = "SELECT id FROM up";')


def test_what_is_for_tests_stays_with_tests():
    assert breaches("db/lane_test.cpp", '#include "cairn/runtime/testing/sim_files.h"') == []
    assert breaches("db/lane.cpp", '#include "cairn/runtime/testing/sim_files.h"')
