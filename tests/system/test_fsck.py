"""`cairn fsck` as an operator uses it: beside the running server, and without."""

import json
import os
import sqlite3

from conftest import Client, add_user

EX_DATAERR = 65
EX_NOINPUT = 66


def test_says_that_all_is_well_with_and_without_a_server(serve, cairn):
    server = serve()
    beside = cairn("fsck", "--data", server.data)
    assert (beside.returncode, beside.stdout) == (0, "All is well.\n")
    assert server.stop() == 0
    without = cairn("fsck", "--data", server.data, "--deep", "--json")
    assert without.returncode == 0
    assert json.loads(without.stdout) == {"all_well": True, "errors": [], "notes": []}


def test_tells_what_is_wrong_and_changes_nothing(serve, cairn):
    server = serve()
    assert server.stop() == 0
    database = sqlite3.connect(server.data / "cairn.db")
    with database:
        database.execute("INSERT INTO claim (blob_id, holder_id) VALUES (zeroblob(16), zeroblob(16))")
    database.close()
    for _ in range(2):
        told = cairn("fsck", "--data", server.data)
        assert told.returncode == EX_DATAERR
        assert "a claim on content that is not there (1)" in told.stdout
        assert "Something is wrong." in told.stdout
    server = serve()
    assert cairn("fsck", "--data", server.data).returncode == EX_DATAERR, "the running server sees it too"


def test_notes_an_object_that_nothing_refers_to(serve, cairn):
    server = serve()
    assert server.stop() == 0
    name = "ab" + os.urandom(15).hex()
    (server.data / "content" / "ab" / name).write_bytes(b"left behind")
    told = cairn("fsck", "--data", server.data)
    assert told.returncode == 0
    assert "an object that nothing refers to (1)" in told.stdout
    assert name in told.stdout


def test_tells_that_an_object_is_gone_though_it_was_read_just_now(serve, cairn):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    node = ana.file(ana.root, "f", b"content")
    assert ana.content(node["id"]) == b"content"
    [kept] = (server.data / "content").glob("??/*")
    kept.unlink()
    told = cairn("fsck", "--data", server.data)
    assert told.returncode == EX_DATAERR
    assert "content whose object is not there (1)" in told.stdout


def test_makes_nothing_where_nothing_was(cairn, tmp_path):
    told = cairn("fsck", "--data", tmp_path / "nowhere")
    assert told.returncode == EX_NOINPUT
    assert "nowhere" in told.stderr
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "empty").mkdir()
    assert cairn("fsck", "--data", tmp_path / "empty").returncode == EX_NOINPUT
    assert list((tmp_path / "empty").iterdir()) == []
