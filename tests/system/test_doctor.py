"""`cairn doctor`: says what is wrong with an installation, and what to do."""

import json
import os
import pathlib
import signal
import subprocess

import pytest
from conftest import Client, add_user

EX_CONFIG = 78


def grades(told: subprocess.CompletedProcess) -> dict[str, list[str]]:
    """What was found about each thing, the worst last."""
    found: dict[str, list[str]] = {}
    for item in json.loads(told.stdout):
        found.setdefault(item["about"], []).append(item["grade"])
    return found


def test_before_the_first_start_there_is_nothing_to_complain_of(cairn, data):
    told = cairn("doctor", "--data", data)
    assert told.returncode == 0, told.stdout
    assert "good     program: Cairn" in told.stdout and "with SQLite 3." in told.stdout
    assert f"note     data: There is none in {data} yet" in told.stdout and "GiB free" in told.stdout
    assert not data.exists()
    missing = ["--set", "http.listen=https://127.0.0.1:0", "--set", f"http.certificate={data}", "--set", f"http.certificate_key={data}"]
    told = cairn("doctor", "--data", data, *missing)
    assert told.returncode == EX_CONFIG and "wrong    certificate: " in told.stdout


def test_it_says_that_nobody_keeps_the_recovery_code_until_somebody_does(serve, cairn, data):
    server = serve()
    add_user(server.data, "ana", "--admin")
    told = cairn("doctor", "--json", "--data", data)
    assert told.returncode == 0
    assert grades(told)["recovery code"] == ["warning"] and grades(told)["master key"] == ["good"]
    assert Client(server, "ana").post("/setup/recovery-confirmed").status == 204
    told = cairn("doctor", "--json", "--data", data)
    assert grades(told)["recovery code"] == ["good"]


def test_beside_the_server_and_without_it_it_says_which(serve, cairn, data):
    server = serve()
    assert f"good     server: Process {server.process.pid} runs." in cairn("doctor", "--data", data).stdout
    assert server.stop() == 0
    assert "note     server: None runs." in cairn("doctor", "--data", data).stdout


def test_it_changes_nothing(serve, cairn, data):
    server = serve()
    assert server.stop() == 0

    def state() -> dict[str, tuple[int, int]]:
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in data.rglob("*")}

    before = state()
    assert cairn("doctor", "--data", data).returncode == 0
    assert state() == before


@pytest.mark.parametrize("part", ["cairn.db", "keys", "content"])
def test_what_is_missing_is_wrong_before_a_start_says_so(serve, cairn, data, tmp_path, part):
    server = serve()
    assert server.stop() == 0
    (data / part).rename(tmp_path / "elsewhere")
    told = cairn("doctor", "--data", data)
    assert told.returncode == EX_CONFIG and "is missing, but other parts of an installation are there" in told.stdout


def test_a_store_that_is_not_mounted_any_more_is_wrong_while_the_server_runs(serve, cairn, data, tmp_path):
    server = serve()
    (data / "content/marker").rename(tmp_path / "marker")
    told = cairn("doctor", "--data", data)
    assert told.returncode == EX_CONFIG and "content/marker is missing" in told.stdout
    (tmp_path / "marker").rename(data / "content/marker")
    assert cairn("doctor", "--data", data).returncode == 0
    assert server.stop() == 0


def test_a_database_that_went_back_in_time_is_told_by_the_server(serve, cairn, data):
    server = serve()
    assert server.stop() == 0
    marker = data / "content/marker"
    known, high_water = marker.read_text().rsplit(" ", 1)
    marker.write_text(f"{known} {int(high_water) + 1_000_000}\n")
    serve()
    told = cairn("doctor", "--data", data)
    assert told.returncode == 0 and "warning  server: The content knows of a later time than the database" in told.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_makes_nothing_that_the_servers_own_user_cannot_use(cairn, data):
    add_user(data, "ana", "--admin")
    every = [data, *data.rglob("*"), pathlib.Path(f"{data}.key")]
    for path in every:
        os.chown(path, 4321, 4321)
    for command in (["fsck"], ["user", "list"], ["serve"]):
        told = cairn(*command, "--data", data)
        assert told.returncode == os.EX_NOPERM and "Act as that user: setpriv --reuid 4321" in told.stderr, command
    assert {path.stat().st_uid for path in every} == {4321}
    assert "belongs to" not in cairn("doctor", "--data", data).stdout
    for path in (data / "content/marker", pathlib.Path(f"{data}.key")):
        os.chown(path, 0, 0)
        told = cairn("doctor", "--data", data)
        assert told.returncode == EX_CONFIG and f"{path} belongs to root, but the database to 4321" in told.stdout
        os.chown(path, 4321, 4321)


def test_a_server_that_hangs_is_wrong(serve, cairn, data):
    server = serve()
    server.send(signal.SIGSTOP)
    try:
        told = cairn("doctor", "--data", data, "--set", "health.slow_after=300ms")
    finally:
        server.send(signal.SIGCONT)
    assert told.returncode == EX_CONFIG and "does not answer" in told.stdout
    assert server.stop() == 0


def test_an_empty_place_beside_a_key_may_be_a_disk_that_is_not_mounted(serve, cairn, data, tmp_path):
    server = serve()
    assert server.stop() == 0
    data.rename(tmp_path / "elsewhere")
    told = cairn("doctor", "--data", data)
    assert told.returncode == 0 and "is the disk of the data not mounted?" in told.stdout


def test_a_key_that_others_may_read_is_wrong_and_so_is_one_of_another_house(serve, cairn, data, tmp_path):
    server = serve()
    assert server.stop() == 0
    key = pathlib.Path(f"{data}.key")
    key.chmod(0o644)
    told = cairn("doctor", "--data", data)
    assert told.returncode == EX_CONFIG and f"chmod 600 {key}" in told.stdout and "Nobody has confirmed" in told.stdout
    assert serve().events("master_key.not_private")
    key.chmod(0o600)
    add_user(tmp_path / "other", "ana", "--admin")
    told = cairn("doctor", "--data", data, "--set", f"keys.master_file={tmp_path / 'other.key'}")
    assert told.returncode == EX_CONFIG and "is not the key that this data was sealed with" in told.stdout
    told = cairn("doctor", "--data", data, "--set", f"keys.master_file={tmp_path / 'none.key'}")
    assert told.returncode == EX_CONFIG and "is missing" in told.stdout


def test_it_warns_of_what_would_leak_one_day(serve, cairn, data):
    server = serve()
    assert server.stop() == 0
    data.chmod(0o755)
    plain = ["--set", "http.listen=http://0.0.0.0:8080", "--set", "http.allow_plain=true"]
    told = cairn("doctor", "--json", "--data", data, *plain)
    assert told.returncode == 0
    assert grades(told)["data"] == ["warning"] and "warning" in grades(told)["addresses"]


def test_the_certificate_is_looked_at(serve, cairn, data, tmp_path):
    https = ["--set", "http.listen=https://127.0.0.1:0"]
    server = serve("--listen", "https://127.0.0.1:0")
    assert server.stop() == 0
    assert "certificate: Cairn's own, until 20" in cairn("doctor", "--data", data, *https).stdout

    def own(days: int) -> list[str]:
        subject = ["-subj", "/CN=localhost", "-days", str(days), "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        files = [tmp_path / "chain.pem", tmp_path / "key.pem"]
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", *subject, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True
        )
        return [*https, "--set", f"http.certificate={files[0]}", "--set", f"http.certificate_key={files[1]}"]

    assert "good     certificate: Good until" in cairn("doctor", "--data", data, *own(90)).stdout
    assert "warning  certificate: It ends on" in cairn("doctor", "--data", data, *own(3)).stdout
    flags = own(3)
    (tmp_path / "key.pem").write_text("no key")
    told = cairn("doctor", "--data", data, *flags)
    assert told.returncode == EX_CONFIG and "wrong    certificate: " in told.stdout
