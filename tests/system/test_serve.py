"""Starting, stopping and asking a server, as its operator does."""

import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import stat

import pytest
from conftest import IS_RELEASE, wait_until


def test_it_says_where_it_is_and_answers_health_checks(serve):
    server = serve()
    assert (server.data / "run/addresses").read_text() == server.address + "\n"
    live = server.get("/health/live")
    assert (live.status, live.json()) == (200, {"status": "live"})
    ready = server.get("/health/ready")
    assert (ready.status, ready.json()) == (200, {"status": "ready"})
    assert ready.headers["X-Request-Id"].startswith("req_")


def test_it_ends_cleanly_and_leaves_nothing_that_says_it_runs(serve):
    server = serve()
    assert server.stop(signal.SIGINT) == 0
    assert sorted(p.name for p in (server.data / "run").iterdir()) == ["lock"]
    assert server.events("server.stopped")


def test_what_it_keeps_is_readable_by_its_own_user_alone(serve):
    server = serve()
    for path in [server.data, *server.data.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_master_key_lies_beside_the_data_and_comes_back_from_its_recovery_code(serve, cairn):
    server = serve()
    key = server.data.with_name("data.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    code = cairn("key", "recovery-code", "--data", server.data).stdout.strip()
    assert len(code) == 69 and code not in server.log.read_text()
    server.stop()
    saved = key.read_bytes()

    key.unlink()
    run = cairn("serve", "--data", server.data, "--listen", "http://127.0.0.1:0")
    assert run.returncode == os.EX_NOINPUT
    assert f"The master key {key} is missing" in run.stderr and "recovery code" in run.stderr
    assert not key.exists(), "a new one would make the old content unreadable for good"

    for wrong in ["", "abcd", code[:-1] + ("a" if code[-1] != "a" else "b")]:
        assert cairn("key", "restore", "--data", server.data, input=wrong + "\n").returncode == os.EX_USAGE
    assert not key.exists()
    assert cairn("key", "restore", "--data", server.data, input=code.upper().replace("-", " ") + "\n").returncode == 0
    assert key.read_bytes() == saved
    assert cairn("key", "restore", "--data", server.data, input=code + "\n").returncode == os.EX_CANTCREAT, "it never replaces one"
    assert serve().get("/health/ready").status == 200


def test_another_installations_master_key_is_refused(serve, cairn, tmp_path):
    server, other = serve(), serve(on=tmp_path / "other")
    server.stop()
    other.stop()
    (tmp_path / "other.key").rename(tmp_path / "data.key")
    run = cairn("serve", "--data", server.data, "--listen", "http://127.0.0.1:0")
    assert run.returncode == os.EX_DATAERR
    assert "is not the one that this data was sealed with" in run.stderr


def test_content_of_another_installation_and_a_disk_that_is_not_mounted_are_refused(serve, cairn, tmp_path):
    server, other = serve(), serve(on=tmp_path / "other")
    server.stop()
    other.stop()
    marker = server.data / "content/marker"
    saved = marker.read_text()
    marker.write_text((tmp_path / "other/content/marker").read_text())
    run = cairn("serve", "--data", server.data, "--listen", "http://127.0.0.1:0")
    assert run.returncode == os.EX_TEMPFAIL and "belongs to another installation" in run.stderr
    marker.unlink()
    run = cairn("serve", "--data", server.data, "--listen", "http://127.0.0.1:0")
    assert run.returncode == os.EX_UNAVAILABLE and "Is its disk mounted?" in run.stderr
    marker.write_text(saved)
    assert serve().get("/health/ready").status == 200


def test_a_second_server_on_the_same_data_is_refused(serve, cairn):
    server = serve()
    before = sorted(server.data.rglob("*"))
    second = cairn("serve", "--data", server.data, "--listen", "http://127.0.0.1:0")
    assert second.returncode == os.EX_TEMPFAIL
    assert f"Another cairn (process {server.process.pid}) is using {server.data}" in second.stderr
    assert sorted(server.data.rglob("*")) == before
    assert server.get("/health/ready").status == 200


def test_after_a_kill_the_next_one_starts(serve):
    for _ in range(3):
        server = serve()
        assert server.get("/health/ready").status == 200
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    assert serve().get("/health/ready").status == 200


def test_a_port_in_use_is_told_and_nothing_runs(serve, cairn, tmp_path):
    server = serve()
    other = cairn("serve", "--data", tmp_path / "other", "--listen", server.address)
    assert other.returncode == os.EX_TEMPFAIL
    assert f"{server.address} is in use by another program" in other.stderr and "set by http.listen" in other.stderr
    assert not (tmp_path / "other/run/addresses").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--listen", "http://0.0.0.0:0"], os.EX_CONFIG, "reachable from other machines"),
        (["--listen", "localhost"], os.EX_CONFIG, "write http://HOST:PORT"),
        (["--set", "http.thread=2"], os.EX_CONFIG, "did you mean 'http.threads'?"),
        (["--set", "http.threads=many"], os.EX_CONFIG, "a number, from 0 to 1024"),
        (["--set", "http.threads"], os.EX_CONFIG, "a number, from 0 to 1024"),
        (["--config", "/nowhere/cairn.toml"], os.EX_CONFIG, "No such file"),
        (["--set", "http.listen="], os.EX_CONFIG, "nobody could reach the server"),
        (["--set", "metrics.token="], os.EX_CONFIG, "metrics.token is empty"),
        (["--frobnicate"], os.EX_USAGE, "--frobnicate"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(cairn, data, arguments, code, message):
    run = cairn("serve", "--data", data, "--set", "metrics.listen=", *arguments)
    assert (run.returncode, run.stdout) == (code, "")
    assert message in run.stderr
    assert not (data / "run/addresses").exists()


def test_the_data_directory_may_be_reached_by_a_link_and_end_in_a_slash(serve, cairn, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    config = tmp_path / "cairn.toml"
    config.write_text("")
    (tmp_path / "linked.toml").symlink_to(config)
    server = serve("--config", str(tmp_path / "linked.toml"), on=f"{tmp_path}/link/data/")
    assert server.get("/health/ready").status == 200
    assert (tmp_path / "real/data/cairn.db").exists()
    assert cairn("status", "--data", f"{tmp_path}/link/data/").returncode == 0


def test_a_data_directory_that_cannot_be_made_is_told(cairn, tmp_path):
    (tmp_path / "file").write_text("x")
    run = cairn("serve", "--data", tmp_path / "file/data")
    assert run.returncode == os.EX_IOERR
    assert "The data directory cannot be made" in run.stderr and "--data DIR" in run.stderr


def test_a_database_that_is_none_is_left_as_it_was(serve, cairn, data):
    assert serve().stop() == 0
    for log in data.glob("cairn.db-*"):
        log.unlink()
    (data / "cairn.db").write_bytes(b"x" * 5000)
    run = cairn("serve", "--data", data, "--listen", "http://127.0.0.1:0")
    assert run.returncode == os.EX_DATAERR
    assert "not a database" in run.stderr
    assert (data / "cairn.db").read_bytes() == b"x" * 5000


def test_a_database_whose_keys_are_gone_gets_no_fresh_ones(serve, cairn, data):
    """Somebody restored the database and the content, and forgot the rest."""
    assert serve().stop() == 0
    key = data.with_name(data.name + ".key")
    key.unlink()
    shutil.rmtree(data / "keys")
    for command in ("serve", "fsck"):
        run = cairn(command, "--data", data)
        assert run.returncode == os.EX_NOINPUT
        assert "Restore that folder, and the master key" in run.stderr
    assert not key.exists()


def test_the_database_is_plain_sqlite_that_syncs_its_log(serve):
    server = serve()
    assert server.get("/health/ready").status == 200
    server.stop()
    with sqlite3.connect(server.data / "cairn.db") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert ("db", 1, "step and probe tables") in database.execute("SELECT folder, number, name FROM schema_step").fetchall()


def test_a_sighup_takes_what_it_can_and_says_what_needs_a_restart(serve, tmp_path):
    config = tmp_path / "cairn.toml"
    config.write_text("[log]\nlevel = 'info'\n")
    server = serve("--config", str(config))
    config.write_text("[log]\nlevel = 'debug'\n[http]\nthreads = 7\n")
    server.send(signal.SIGHUP)
    wait_until(lambda: server.events("config.reloaded"), "the configuration was read again")
    assert server.events("config.reloaded")[0]["taken"] == "log.level"
    assert server.events("config.reloaded")[0]["need_restart"] == "http.threads"
    config.write_text("[log]\nlevel = 'loud'\n")
    server.send(signal.SIGHUP)
    wait_until(lambda: server.events("config.wrong"), "the fault was told")
    assert server.get("/health/ready").status == 200


def test_commands_ask_the_running_server(serve, cairn):
    server = serve()
    status = cairn("status", "--data", server.data)
    assert status.returncode == 0
    assert f'"pid":{server.process.pid}' in status.stdout and server.address in status.stdout
    server.stop()
    status = cairn("status", "--data", server.data)
    assert status.returncode == os.EX_UNAVAILABLE
    assert "No server runs on" in status.stderr


def test_a_long_path_has_its_admin_socket_elsewhere(serve, cairn, tmp_path):
    deep = tmp_path / ("d" * 100) / "data"
    server = serve(on=deep)
    where = pathlib.Path((deep / "run/admin").read_text().strip())
    assert where.parent != deep / "run" and stat.S_ISSOCK(where.stat().st_mode)
    assert cairn("status", "--data", deep).returncode == 0
    server.stop()
    assert not where.exists()


def test_metrics_have_a_port_of_their_own_and_a_token_if_wanted(serve, tmp_path):
    server = serve()

    def metric(name: str) -> float:
        text = server.get("/metrics", address=server.metrics_address).body.decode()
        return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name)))

    batches = metric("cairn_database_batch_changes_count")
    server.get("/health/ready")
    assert metric('cairn_http_requests_total{server="public"}') == 1
    assert metric("cairn_database_batch_changes_count") == batches + 1, "readiness is proven by a change"
    assert server.get("/metrics").status == 404, "not where everybody is"
    server.stop()

    token = tmp_path / "token"
    token.write_text("hunter2-metrics\n")
    server = serve("--set", f"metrics.token_file={token}")
    refused = server.get("/metrics", address=server.metrics_address)
    assert refused.status == 401 and refused.headers["WWW-Authenticate"] == "Bearer"
    for wrong in ["Bearer", "Bearer hunter2", "Bearer hunter2-metricsx", "Basic hunter2-metrics"]:
        assert server.get("/metrics", address=server.metrics_address, headers={"Authorization": wrong}).status == 401
    given = server.get("/metrics", address=server.metrics_address, headers={"Authorization": "Bearer hunter2-metrics"})
    assert given.status == 200
    server.stop()
    assert "hunter2" not in server.log.read_text()


def test_requests_under_way_end_when_it_stops(serve):
    server = serve()
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as half, socket.create_connection((host, int(port)), timeout=60) as idle:
        half.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n")
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in idle.recv(4096)
        server.send(signal.SIGTERM)
        assert idle.recv(4096) == b"", "an idle connection ends at once"
        half.sendall(b"\r\n")
        answer = half.makefile("rb").read()
        assert b"200 OK" in answer and b"Connection: close" in answer
    assert server.wait() == 0


@pytest.mark.skipif(not IS_RELEASE, reason="libfiu and the sanitizers replace the same calls; the release program is tested")
def test_when_the_disk_refuses_a_sync_it_says_so_and_ends(serve):
    server = serve("--set", "health.probe_age=0s", prefix=("fiu-run", "-x"))
    assert server.get("/health/ready").status == 200
    os.system(f"fiu-ctrl -c 'enable name=posix/io/sync/fsync,failinfo=5' {server.process.pid}")  # 5 is EIO
    answer = server.get("/health/ready")
    assert (answer.status, answer.json()) == (503, {"status": "database-fails"})
    assert server.wait() == os.EX_IOERR
    assert server.events("database.halted")
    assert "check the disk, then start again" in server.log.read_text()
    assert serve().get("/health/ready").status == 200, "the next start recovers"


@pytest.mark.skipif(not IS_RELEASE, reason="the sanitizers need memory of their own")
def test_idle_it_takes_less_than_50_mib(serve):
    server = serve()
    server.get("/health/ready")
    lines = pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    print(f"resident when idle: {resident / 1024:.1f} MiB")
    assert resident < 50 * 1024


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="needs root, to mount a small file system")
def test_a_full_disk_is_told_and_nothing_is_lost(serve, cairn, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=2m tmpfs {small}") != 0:
        pytest.skip("this machine mounts nothing")
    try:
        (small / "filler").write_bytes(b"\0" * (2 * 1024 * 1024))
        run = cairn("serve", "--data", small / "data", "--listen", "http://127.0.0.1:0")
        assert run.returncode == os.EX_IOERR
        assert "No space left" in run.stderr or "full" in run.stderr
        (small / "filler").unlink()
        server = serve(on=small / "data")
        assert server.get("/health/ready").status == 200
        server.stop()
    finally:
        os.system(f"umount --lazy {small}")
