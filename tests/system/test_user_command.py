"""`cairn user …`: what an operator does about people, through the running server or without one."""

import json
import os
import subprocess

import pytest
from conftest import PASSWORD, PATIENCE, PROGRAM, Client, add_user, problem

OTHER = "another battery staple"


def test_users_are_added_on_the_command_line_with_and_without_a_server(serve, cairn, data, tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    nobody = cairn("user", "add", "ana", "--password-file", password, "--data", data)
    assert nobody.returncode == os.EX_USAGE and "--admin" in nobody.stderr, "else nobody could ever add others"
    run = cairn("user", "add", "ana", "--admin", "--password-file", password, "--data", data)
    assert run.returncode == 0 and run.stdout.startswith("user_")
    first_stderr = nobody.stderr + run.stderr
    server = serve()
    assert not (data / "setup-code").exists()
    assert Client(server, "ana").get("/me").json()["admin"] is True
    run = cairn("user", "add", "ben", "--display-name", "Ben B.", "--password-file", password, "--data", data)
    assert run.returncode == 0 and Client(server, "ben").get("/me").json()["display_name"] == "Ben B."
    taken = cairn("user", "add", "BEN", "--password-file", password, "--data", data)
    assert taken.returncode == os.EX_CANTCREAT and "has this name already" in taken.stderr
    assert "recovery code" in first_stderr, "the key was made by that command"
    short = cairn("user", "add", "cleo", "--data", data, input="short\n")
    assert short.returncode == os.EX_USAGE and "12 to 128" in short.stderr
    assert PASSWORD not in server.log.read_text()


@pytest.fixture(params=["with a server", "without one"])
def people(request, serve, data):
    """ana and ben, and how to reach them afterwards."""
    add_user(data, "ana", "--admin")
    add_user(data, "ben")
    running = serve() if request.param == "with a server" else None
    return lambda: running or serve()


def test_people_are_listed(people, cairn, data):
    told = cairn("user", "list", "--data", data)
    assert told.returncode == 0 and told.stdout == "ana\tana\tadministrator\nben\tben\n"
    listed = json.loads(cairn("user", "list", "--json", "--data", data).stdout)
    assert [(person["name"], person["admin"]) for person in listed] == [("ana", True), ("ben", False)]
    assert all(person["id"].startswith("user_") and "password" not in person for person in listed)


def test_a_forgotten_password_is_replaced(people, cairn, data):
    told = cairn("user", "password", "ben", "--data", data, input=OTHER + "\n")
    assert told.returncode == 0, told.stderr
    server = people()
    assert Client(server, "ben", OTHER).get("/me").status == 200
    problem(Client(server).post("/session", {"name": "ben", "password": PASSWORD}), 401, "unauthenticated")
    assert OTHER not in server.log.read_text()
    short = cairn("user", "password", "ben", "--data", data, input="short\n")
    assert short.returncode == os.EX_USAGE and "12 to 128" in short.stderr
    assert Client(server, "ben", OTHER).get("/me").status == 200


def test_somebody_is_kept_out_and_let_in_again(people, cairn, data):
    assert cairn("user", "disable", "ben", "--data", data).returncode == 0
    assert "ben\tben\tdisabled" in cairn("user", "list", "--data", data).stdout
    server = people()
    problem(Client(server).post("/session", {"name": "ben", "password": PASSWORD}), 401, "unauthenticated")
    assert cairn("user", "enable", "ben", "--data", data).returncode == 0
    assert Client(server, "ben").get("/me").status == 200


def test_who_is_signed_in_is_out_at_once(serve, cairn, data):
    server = serve()
    add_user(data, "ana", "--admin")
    add_user(data, "ben")
    ben = Client(server, "ben")
    assert ben.get("/me").status == 200
    assert cairn("user", "password", "ben", "--data", data, input=OTHER + "\n").returncode == 0
    assert ben.get("/me").status == 401
    ben = Client(server, "ben", OTHER)
    assert cairn("user", "disable", "ben", "--data", data).returncode == 0
    assert ben.get("/me").status == 401


def test_while_an_import_is_at_work_it_says_so(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    (tmp_path / "source").mkdir()
    for number in range(3_000):
        (tmp_path / f"source/{number}").write_bytes(b"a file")
    importing = subprocess.Popen(
        [PROGRAM, "import", tmp_path / "source", "--user", "ana", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    while importing.poll() is None and len(list((data / "content").glob("??/*"))) < 10:
        pass
    told = cairn("user", "list", "--data", data)
    importing.terminate()
    importing.communicate(timeout=PATIENCE)
    assert told.returncode == os.EX_TEMPFAIL and "Another cairn" in told.stderr


def test_a_shown_name_does_nothing_to_the_terminal(serve, data):
    server = serve()
    add_user(data, "ana", "--admin")
    for control in ("\x1b[2J", "\u009b2J", "\x7f"):
        problem(Client(server, "ana").patch("/me", {"display_name": f"Ana{control}"}), 400, "invalid-input")


def test_what_cannot_be_done_is_said_and_changes_nothing(people, cairn, data):
    before = cairn("user", "list", "--json", "--data", data).stdout
    nobody = cairn("user", "disable", "carl", "--data", data)
    assert nobody.returncode == os.EX_NOINPUT and "There is nobody of the name carl." in nobody.stderr
    last = cairn("user", "disable", "ana", "--data", data)
    assert last.returncode == os.EX_TEMPFAIL and "administrator" in last.stderr
    assert cairn("user", "list", "--json", "--data", data).stdout == before


def test_a_wrong_configuration_is_told_before_a_password_is_asked_for(cairn, data, tmp_path):
    for command in (["add", "ana", "--admin"], ["password", "ana"]):
        told = cairn("user", *command, "--password-file", tmp_path / "none", "--data", data, "--set", "no.such=key")
        assert told.returncode == os.EX_CONFIG and "no.such" in told.stderr
    assert not data.exists()


def test_where_there_is_no_data_nothing_is_made(cairn, tmp_path):
    told = cairn("user", "list", "--data", tmp_path / "none")
    assert told.returncode == os.EX_NOINPUT and not (tmp_path / "none").exists()
