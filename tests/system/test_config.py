"""The configuration, as an operator meets it."""

import os
import pathlib

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs/configuration.md"


def test_the_page_of_the_configuration_is_what_the_program_says(cairn):
    assert cairn("config", "reference").stdout == DOCUMENT.read_text(), "run: build/dev/cairn config reference > docs/configuration.md"


def test_each_value_shows_where_it_comes_from(cairn, tmp_path):
    file = tmp_path / "cairn.toml"
    file.write_text("[http]\nthreads = 3\n\n[metrics]\ntoken = 'hunter2'\n")
    shown = cairn("config", "show", "--set", "database.batch=17", environment={"CAIRN_CONFIG": str(file), "CAIRN_LOG_LEVEL": "error"})
    assert shown.returncode == 0
    assert f"http.threads = 3  # {file}:2\n" in shown.stdout
    assert "log.level = error  # CAIRN_LOG_LEVEL\n" in shown.stdout
    assert "database.batch = 17  # command line\n" in shown.stdout
    assert "database.readers = 4  # default\n" in shown.stdout
    assert "hunter2" not in shown.stdout


def test_all_that_is_wrong_is_told_at_once(cairn, tmp_path):
    file = tmp_path / "cairn.toml"
    file.write_text("[http]\nthreads = -1\n[log]\nlevle = 'info'\n")
    check = cairn("config", "check", "--config", file, environment={"CAIRN_DATABASE_BATCH": "0"})
    assert check.returncode == os.EX_CONFIG
    assert f"{file}:2: http.threads must be a number, from 0 to 1024" in check.stderr
    assert f"{file}:4: there is no key 'log.levle'; did you mean 'log.level'?" in check.stderr
    assert "CAIRN_DATABASE_BATCH: database.batch must be a number, from 1 to 4096" in check.stderr
    file.write_text("http.listen = ['http://127.0.0.1:0', 'http://0.0.0.0:80', 'foo']\n")
    check = cairn("config", "check", "--config", file)
    assert check.returncode == os.EX_CONFIG
    assert check.stderr.count(f"{file}:1: http.listen: ") == 2
    assert cairn("config", "check").stdout == "The configuration is right.\n"


def test_the_version_names_the_sqlite_it_carries(cairn):
    version = cairn("version")
    assert version.returncode == 0
    assert version.stdout.splitlines()[1] == "SQLite 3.53.2"
    assert cairn("version", "--short").stdout.strip() in version.stdout
