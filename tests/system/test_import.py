"""`cairn import`: a directory tree comes in as it lies, and nothing is renamed or left out in silence."""

import os
import pathlib
import signal
import subprocess
import threading
import unicodedata
import urllib.parse

from conftest import PATIENCE, PROGRAM, Client, add_user, temporaries

EX_USAGE = 64
EX_DATAERR = 65
EX_NOINPUT = 66
EX_TEMPFAIL = 75

WHEN = 1_582_979_696_789_012_345  # 2020-02-29T12:34:56.789012345Z, in nanoseconds
COMPOSED = unicodedata.normalize("NFC", "Übersicht")
DECOMPOSED = unicodedata.normalize("NFD", "Übersicht")

CONTENT = {
    "Report.txt": b"a report",
    "Empty": b"",
    f"Documents/2026/{COMPOSED}, \u6982\u8981.md": b"# overview",
    "Documents/large.bin": os.urandom(3_000_001),
    "-rf": b"a name that looks like a flag",
    ".hidden": b"hidden",
    "new\\line": b"backslash",
    **{f"Many/{number}": f"{number}".encode() for number in range(100)},
}


def lay_out(folder: pathlib.Path, content: dict[str, bytes]) -> pathlib.Path:
    for path, bytes_ in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(bytes_)
        os.utime(folder / path, ns=(WHEN, WHEN))
    return folder


def seen(client: Client, name: str) -> dict:
    """What the home shows under that name."""
    [item] = [item for item in client.get(f"/nodes/{client.root}/children?limit=1000").json()["items"] if item["name"] == name]
    return item


def read(client: Client, path: str) -> bytes:
    answer = client.get(f"/files/home/{urllib.parse.quote(path)}")
    assert answer.status == 200, answer.body
    return answer.body


def passed_over(told: subprocess.CompletedProcess) -> list[str]:
    lines = [line for line in told.stderr.splitlines() if line.startswith("passed over: ")]
    return [line.removeprefix("passed over: ") for line in lines]


def test_a_tree_comes_in_as_it_lies_and_a_second_time_nothing_is_taken(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", CONTENT)
    (source / "Nothing in it").mkdir()
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == 0, told.stderr
    assert f"Imported {len(CONTENT)} files and 4 folders, {sum(map(len, CONTENT.values()))} bytes, for ana." in told.stdout

    again = cairn("import", source, "--user", "ana", "--data", data)
    assert again.returncode == 0
    assert "Imported 0 files and 0 folders, 0 bytes" in again.stdout and f"{len(CONTENT)} files were there already" in again.stdout
    assert cairn("fsck", "--deep", "--data", data).returncode == 0

    server = serve()
    ana = Client(server, "ana")
    for path, content in CONTENT.items():
        assert read(ana, path) == content
    assert seen(ana, "Report.txt")["modified_at"] == "2020-02-29T12:34:56.789Z"
    assert seen(ana, "Nothing in it")["kind"] == "folder"
    refused = cairn("import", source, "--user", "ana", "--data", data)
    assert refused.returncode == EX_TEMPFAIL and "Stop it, then import." in refused.stderr


def test_what_was_exported_comes_back_the_same(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    add_user(data, "ben")
    source = lay_out(tmp_path / "source", CONTENT)
    assert cairn("import", source, "--user", "ana", "--data", data).returncode == 0
    assert cairn("export", tmp_path / "out", "--user", "ana", "--data", data).returncode == 0
    assert cairn("import", tmp_path / "out" / "ana", "--user", "ben", "--into", "From/Ana", "--data", data).returncode == 0
    assert cairn("export", tmp_path / "again", "--user", "ben", "--data", data).returncode == 0
    came_back = tmp_path / "again" / "ben" / "From" / "Ana"
    assert {str(path.relative_to(came_back)): path.read_bytes() for path in came_back.rglob("*") if path.is_file()} == CONTENT
    assert (came_back / "Report.txt").stat().st_mtime_ns == WHEN // 1_000 * 1_000, "to the microsecond"


def test_what_cannot_come_in_is_named_and_the_rest_comes(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"good": b"good", "deep/good": b"good"})
    (source / "link").symlink_to("/etc/passwd")
    (source / "folder link").symlink_to(tmp_path)
    os.mkfifo(source / "pipe")
    (source / os.fsdecode(b"caf\xe9")).write_bytes(b"Latin-1")
    (source / "two\nlines\x1b[2J").write_bytes(b"control characters")
    (source / COMPOSED).write_bytes(b"composed")
    (source / DECOMPOSED).write_bytes(b"decomposed")
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == EX_DATAERR
    assert "Imported 2 files and 1 folders" in told.stdout and "7 were passed over" in told.stderr
    by_path = dict(line.removeprefix(f"{source}/").split(": ", 1) for line in passed_over(told))
    assert set(by_path) == {"link", "folder link", "pipe", "caf\\xe9", "two\\x0alines\\x1b[2J", COMPOSED, DECOMPOSED}
    assert "symbolic link" in by_path["link"] and "device" in by_path["pipe"]
    assert "UTF-8" in by_path["caf\\xe9"] and "control" in by_path["two\\x0alines\\x1b[2J"]
    assert "rename one of them" in by_path[COMPOSED] and "rename one of them" in by_path[DECOMPOSED]
    ana = Client(serve(), "ana")
    assert sorted(ana.names(ana.root)) == ["deep", "good"]


def test_a_name_that_is_decomposed_is_the_same_name_composed(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {DECOMPOSED: b"from a Mac"})
    for _ in range(2):
        assert cairn("import", source, "--user", "ana", "--data", data).returncode == 0
    ana = Client(serve(), "ana")
    assert ana.names(ana.root) == [COMPOSED]


def test_what_is_here_is_never_lost(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"newer there": b"old", "newer here": b"old", "folder here": b"file", "file here/x": b"x"})
    server = serve()
    ana = Client(server, "ana")
    for name, when in {"newer there": "2019-01-01T00:00:00Z", "newer here": "2021-01-01T00:00:00Z"}.items():
        assert ana.put(f"/files/home/{urllib.parse.quote(name)}?modified_at={when}", b"what was here").status == 201
    former = seen(ana, "newer there")
    ana.folder(ana.root, "folder here")
    ana.file(ana.root, "file here")
    assert server.stop() == 0
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == EX_DATAERR and "Imported 1 files" in told.stdout
    by_path = dict(line.removeprefix(f"{source}/").split(": ", 1) for line in passed_over(told))
    assert set(by_path) == {"newer here", "folder here", "file here"}
    ana = Client(serve(), "ana")
    assert read(ana, "newer here") == b"what was here" and read(ana, "newer there") == b"old"
    former_bytes = ana.get(f"/nodes/{former['id']}/content?version={former['version_id']}").body
    assert former_bytes == b"what was here", "as its former version"
    assert read(ana, "file here") == b"content"


def test_a_file_that_changes_while_it_is_read_is_not_taken(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"steady": b"steady", "growing": bytes(32 << 20)})
    done = threading.Event()

    def grow() -> None:
        with (source / "growing").open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b"more")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        told = cairn("import", source, "--user", "ana", "--data", data)
    finally:
        done.set()
        writer.join()
    assert told.returncode == EX_DATAERR and "Imported 1 files" in told.stdout
    [line] = passed_over(told)
    assert "growing: was changed while it was read" in line
    again = cairn("import", source, "--user", "ana", "--data", data)
    assert again.returncode == 0 and "Imported 1 files" in again.stdout and "1 files were there already" in again.stdout
    assert cairn("fsck", "--deep", "--data", data).returncode == 0


def test_stopped_or_killed_it_goes_on_where_it_was(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    content = {f"folder {number % 7}/{number}": os.urandom(1_000) for number in range(1_200)}
    source = lay_out(tmp_path / "source", content)
    for number, code in ((signal.SIGTERM, EX_TEMPFAIL), (signal.SIGKILL, -signal.SIGKILL)):
        run = subprocess.Popen(
            [PROGRAM, "import", source, "--user", "ana", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        stored = data / "content"
        before = len(list(stored.glob("??/*")))
        while run.poll() is None and len(list(stored.glob("??/*"))) < before + 100:
            pass
        run.send_signal(number)
        out, err = run.communicate(timeout=PATIENCE)
        assert run.returncode == code, err
        assert code != EX_TEMPFAIL or "goes on from here" in err
        assert f"Imported {len(content)}" not in out
        assert cairn("fsck", "--deep", "--data", data).returncode == 0
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == 0, told.stderr
    assert "files were there already" in told.stdout
    server = serve()
    ana = Client(server, "ana")
    assert all(read(ana, path) == bytes_ for path, bytes_ in content.items())
    assert not temporaries(server)


def test_nohup_keeps_a_hangup_away_and_nobody_needs_to_listen(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {f"{number}": b"a file" for number in range(1_200)})
    for number in range(50):
        (source / f"link {number}").symlink_to("/etc/passwd")
    run = subprocess.Popen(
        [PROGRAM, "import", source, "--user", "ana", "--data", data],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    run.stderr.close()
    stored = data / "content"
    while run.poll() is None and len(list(stored.glob("??/*"))) < 10:
        pass
    assert run.poll() is None
    run.send_signal(signal.SIGHUP)
    told = run.stdout.read()
    run.stdout.close()
    assert run.wait(PATIENCE) == EX_DATAERR
    assert "Imported 1200 files" in told


def test_with_its_streams_closed_no_file_takes_their_place(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"file": b"file"})
    (source / "link").symlink_to("/etc/passwd")
    command = f"exec {PROGRAM} import {source} --user ana --data {data} <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], timeout=PATIENCE).returncode == EX_DATAERR
    assert (data / "run/lock").read_text().startswith("process ") and "passed over" not in (data / "run/lock").read_text()
    assert "file" in cairn("export", tmp_path / "out", "--data", data).stdout and (tmp_path / "out/ana/file").read_bytes() == b"file"


def test_what_is_larger_than_the_disk_does_not_end_it(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"after": b"after", "z": b"z"})
    with (source / "before").open("wb") as sparse:
        sparse.truncate(1 << 43)  # 8 TiB, without a block
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == EX_DATAERR and "Imported 2 files" in told.stdout
    [line] = passed_over(told)
    assert "before: is larger than what is free on the disk" in line


def test_a_full_home_takes_what_fits(serve, cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    server = serve()
    ana = Client(server, "ana")
    assert ana.patch(f"/users/{ana.get('/me').json()['id']}", {"quota_bytes": 10_000}).status == 200
    assert server.stop() == 0
    source = lay_out(tmp_path / "source", {"a large one": bytes(20_000), "small": bytes(9_000)})
    told = cairn("import", source, "--user", "ana", "--data", data)
    assert told.returncode == EX_DATAERR and "Imported 1 files" in told.stdout
    [line] = passed_over(told)
    assert "a large one" in line


def test_what_was_asked_wrongly_changes_nothing(cairn, data, tmp_path):
    add_user(data, "ana", "--admin")
    source = lay_out(tmp_path / "source", {"file": b"file"})
    nobody = cairn("import", source, "--user", "carl", "--data", data)
    assert nobody.returncode == EX_NOINPUT and "There is nobody of the name carl." in nobody.stderr
    for wrong in (data, data / "content", tmp_path):
        told = cairn("import", wrong, "--user", "ana", "--data", data)
        assert told.returncode == EX_USAGE and "lie within each other" in told.stderr, wrong
    assert cairn("import", tmp_path / "none", "--user", "ana", "--data", data).returncode == EX_NOINPUT
    assert cairn("import", source / "file", "--user", "ana", "--data", data).returncode != 0
    assert cairn("import", source, "--data", data).returncode == EX_USAGE
    told = cairn("import", source, "--user", "ana", "--into", "a/../b", "--data", data)
    assert told.returncode == EX_USAGE, told.stderr
    assert cairn("import", source, "--user", "ana", "--into", "/ spaces /", "--data", data).returncode == 0
    told = cairn("export", tmp_path / "out", "--data", data)
    assert "Exported 1 files and 1 folders" in told.stdout and (tmp_path / "out/ana/ spaces /file").is_file()
    assert cairn("import", source, "--user", "ana", "--data", tmp_path / "nothing").returncode == EX_NOINPUT
    assert not (tmp_path / "nothing").exists()
