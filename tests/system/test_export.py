"""`cairn export`: people trust a store that they can leave."""

import datetime
import os
import pathlib
import resource
import signal
import subprocess
import urllib.parse

import pytest
from conftest import PROGRAM, Client, add_user

EX_DATAERR = 65
EX_NOINPUT = 66

CONTENT = {
    "Report.txt": b"a report",
    "Empty": b"",
    "Documents/2026/\u00dcbersicht, \u6982\u8981.md": b"# overview",
    "Documents/large.bin": os.urandom(3_000_001),
    "-rf": b"a name that looks like a flag",
    ".hidden": b"hidden",
    "new\\line": b"backslash",
}


def furnish(server, name: str, *flags: str) -> Client:
    add_user(server.data, name, *flags)
    client = Client(server, name)
    for path, content in CONTENT.items():
        quoted = urllib.parse.quote(path)
        answer = client.put(f"/files/home/{quoted}?parents=true&modified_at=2020-02-29T12:34:56.789Z", content)
        assert answer.status == 201, answer.body
    client.folder(client.root, "Nothing in it")
    return client


def files_below(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_comes_out_as_plain_files_without_a_server(serve, cairn, tmp_path):
    server = serve()
    ana = furnish(server, "ana", "--admin")
    furnish(server, "ben")
    ana.put("/files/home/Report.txt", b"the newer report")
    thrown_away = ana.file(ana.root, "thrown away")
    assert ana.delete(f"/nodes/{thrown_away['id']}").status == 204
    target = tmp_path / "out"

    told = cairn("export", target, "--data", server.data)
    assert told.returncode != 0 and "Stop it, then export." in told.stderr and not target.exists()
    assert server.stop() == 0

    told = cairn("export", target, "--data", server.data)
    assert told.returncode == 0, told.stderr
    assert f"Exported {2 * len(CONTENT)} files and 6 folders" in told.stdout and "the trash" in told.stdout
    assert sorted(os.listdir(target)) == ["ana", "ben"], "and no sign that it is incomplete"
    assert files_below(target / "ana") == {**CONTENT, "Report.txt": b"the newer report"}
    assert files_below(target / "ben") == CONTENT
    assert (target / "ana" / "Nothing in it").is_dir()
    when = datetime.datetime(2020, 2, 29, 12, 34, 56, 789000, tzinfo=datetime.UTC).timestamp()
    assert (target / "ben" / "Documents" / "large.bin").stat().st_mtime == when
    assert cairn("fsck", "--deep", "--data", server.data).returncode == 0, "nothing has changed"

    again = cairn("export", target, "--data", server.data)
    assert again.returncode != 0 and "is not empty" in again.stderr
    assert files_below(target / "ben") == CONTENT


def test_one_person_alone_can_be_exported(serve, cairn, tmp_path):
    server = serve()
    furnish(server, "ana", "--admin")
    furnish(server, "ben")
    assert server.stop() == 0
    told = cairn("export", tmp_path / "out", "--user", "ben", "--data", server.data)
    assert told.returncode == 0 and os.listdir(tmp_path / "out") == ["ben"]
    nobody = cairn("export", tmp_path / "none", "--user", "carl", "--data", server.data)
    assert nobody.returncode == EX_NOINPUT and "There is nobody of the name carl." in nobody.stderr


def test_what_is_damaged_is_named_and_the_rest_comes_out(serve, cairn, tmp_path):
    server = serve()
    furnish(server, "ana", "--admin")
    assert server.stop() == 0
    [large] = [path for path in (server.data / "content").glob("??/*") if path.stat().st_size > 1_000_000]
    with large.open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)
        file.seek(1_000_000)
        file.write(bytes([byte[0] ^ 1]))
    told = cairn("export", tmp_path / "out", "--data", server.data)
    assert told.returncode == EX_DATAERR
    assert "1 could not be exported" in told.stderr and "ana/Documents/large.bin" in told.stderr
    rest = {path: content for path, content in CONTENT.items() if path != "Documents/large.bin"}
    assert files_below(tmp_path / "out" / "ana") == rest, "and no half of it"


def test_without_the_key_or_the_data_it_says_what_is_missing(serve, cairn, tmp_path):
    server = serve()
    furnish(server, "ana", "--admin")
    assert server.stop() == 0
    key = pathlib.Path(f"{server.data}.key")
    key.rename(tmp_path / "elsewhere.key")
    told = cairn("export", tmp_path / "out", "--data", server.data)
    assert told.returncode != 0 and "key" in told.stderr and not files_below(tmp_path / "out")
    told = cairn("export", tmp_path / "out", "--data", server.data, "--set", f"keys.master_file={tmp_path / 'elsewhere.key'}")
    assert told.returncode == 0 and files_below(tmp_path / "out" / "ana") == CONTENT
    told = cairn("export", tmp_path / "other", "--data", tmp_path / "nothing")
    assert told.returncode == EX_NOINPUT and "There is no data of Cairn" in told.stderr and not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("killed", [True, False])
def test_an_export_that_was_stopped_says_so(serve, data, tmp_path, killed):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    ana.put("/files/home/a", b"small")
    ana.put("/files/home/b", os.urandom(1 << 20) * 8)
    assert server.stop() == 0
    target = tmp_path / "out"
    most = 4 << 20  # what is longer ends it: by a signal, or as a disk that is full
    told = subprocess.run(
        [PROGRAM, "export", target, "--data", data],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        restore_signals=killed,
    )
    assert "did not run to its end" in (target / ".incomplete").read_text()
    assert (target / "ana" / "a").read_bytes() == b"small"
    if killed:
        assert told.returncode == -signal.SIGXFSZ
    else:
        assert told.returncode > 0 and "Exported 1 files" in told.stdout and not (target / "ana" / "b").exists()
