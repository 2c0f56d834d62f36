"""Resumable uploads: the tus protocol by raw requests, and what becomes of an upload that is cut, killed, or badly asked for."""

import base64
import hashlib
import http.client
import random
import signal
import socket
import threading
import urllib.parse
import zlib

import pytest
from conftest import Client, add_user, metadata, problem, wait_until
from tusclient.client import TusClient
from uploader import TUS, Uploader

CHUNK = 64 << 10


@pytest.fixture
def tus(ana, room) -> Uploader:
    return Uploader(ana, room)


def test_it_says_what_it_speaks(house):
    answer = Client(house).send("OPTIONS", "/uploads")
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination,concatenation"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,crc32"


def test_an_upload_in_two_goes_becomes_the_file(tus, ana, room):
    content = random.Random(1).randbytes(300_000)
    upload = tus.begin("report.pdf", 300_000, modified_at="2020-02-03T04:05:06Z", note="kept as it is")
    head = tus.head(upload)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == ("0", "300000")
    assert metadata(note="kept as it is") in head.headers["Upload-Metadata"]
    assert head.headers["Upload-Expires"] and head.headers["Cache-Control"] == "no-store"
    assert tus.sent(upload, 0, content[:100_001]) is None
    assert tus.offset(upload) == 100_001
    node = tus.sent(upload, 100_001, content[100_001:])
    assert ana.content(node) == content
    seen = ana.get(f"/nodes/{node}").json()
    assert (seen["name"], seen["parent_id"], seen["modified_at"]) == ("report.pdf", room, "2020-02-03T04:05:06.000Z")
    assert seen["digest"]["blake3"]
    done = tus.head(upload)
    assert (done.headers["Upload-Offset"], done.headers["Cairn-Node"]) == ("300000", node)


def test_the_first_bytes_may_come_with_the_beginning(tus, ana):
    answer = tus.create("small", 5, b"bytes")
    assert answer.status == 201 and answer.headers["Upload-Offset"] == "5"
    assert ana.content(answer.json()["node_id"]) == b"bytes"
    answer = tus.create("larger", 10, b"bytes")
    assert answer.json()["offset"] == 5 and answer.json()["state"] == "open"
    assert ana.content(tus.sent(answer.headers["Location"].removeprefix("/api/v1"), 5, b"BYTES")) == b"bytesBYTES"
    empty = tus.create("empty", 0)
    assert ana.content(empty.json()["node_id"]) == b""


def test_the_length_may_come_later(tus, ana):
    upload = tus.begin("late", more={"Upload-Defer-Length": "1"})
    assert tus.head(upload).headers["Upload-Defer-Length"] == "1"
    tus.sent(upload, 0, b"one ")
    problem(tus.send(upload, 4, b"x", {"Upload-Length": "3"}), 400, "invalid-input")
    assert ana.content(tus.sent(upload, 4, b"two", {"Upload-Length": "7"})) == b"one two"


@pytest.mark.parametrize("kind", ["sha1", "sha256", "crc32"])
def test_bytes_with_a_checksum_are_kept_if_they_are_right(tus, ana, kind):
    content = random.Random(2).randbytes(200_000)

    def checksum(data: bytes) -> dict:
        digest = zlib.crc32(data).to_bytes(4, "big") if kind == "crc32" else hashlib.new(kind, data).digest()
        return {"Upload-Checksum": f"{kind} {base64.b64encode(digest).decode()}"}

    upload = tus.begin(kind, 200_000)
    told = problem(tus.send(upload, 0, content[:150_000], checksum(b"other")), 460, "checksum-mismatch")
    assert told["errors"][0]["pointer"] == "Upload-Checksum"
    assert tus.offset(upload) == 0
    tus.sent(upload, 0, content[:150_000], checksum(content[:150_000]))
    tus.send_cut(upload, 150_000, content[150_000:180_000], 50_000, checksum(content[150_000:]))
    answers = []
    rest = content[150_000:]
    wait_until(lambda: answers.append(tus.send(upload, 150_000, rest, checksum(rest))) or answers[-1].status != 423, "the cut request has ended")
    assert answers[-1].status == 204, answers[-1].body
    assert ana.content(answers[-1].headers["Cairn-Node"]) == content


def test_parts_become_one_file(tus, ana, room):
    content = random.Random(3).randbytes(500_000)
    cuts = [0, 1, 200_000, 200_000, 500_000]
    parts = []
    for begin, end in zip(cuts, cuts[1:]):
        parts.append(tus.begin(None, end - begin, more={"Upload-Concat": "partial"}))
        assert tus.head(parts[-1]).headers["Upload-Concat"] == "partial"
        if end > begin:
            assert tus.sent(parts[-1], 0, content[begin:end]) is None
    assert ana.names(room) == []
    final = {"Upload-Concat": "final;" + " ".join([f"/api/v1{parts[0]}", *[f"{ana.server.address}/api/v1{part}" for part in parts[1:]]])}
    problem(tus.create("x", more={"Upload-Concat": final["Upload-Concat"] + " /api/v1/uploads/upload_01h455vb4pex5vsknk084sn02q"}), 404, "not-found")
    answer = tus.create("whole", more=final)
    assert answer.status == 201
    assert ana.content(answer.json()["node_id"]) == content
    whole = answer.headers["Location"].removeprefix("/api/v1")
    assert tus.head(whole).headers["Upload-Concat"] == final["Upload-Concat"]
    problem(tus.send(whole, 500_000, b"more"), 403, "denied")
    assert tus.head(parts[0]).status == 404, "it is used up"


def test_an_ended_upload_is_not_there_any_more(tus, ana):
    upload = tus.begin("x", 100_000)
    tus.sent(upload, 0, bytes(80_000))
    before = ana.get("/spaces/home").json()
    assert ana.send("DELETE", upload, headers=TUS).status == 204
    assert tus.head(upload).status == 404
    problem(tus.send(upload, 80_000, bytes(20_000)), 404, "not-found")
    assert ana.get("/spaces/home").json()["used_bytes"] == before["used_bytes"]


def test_unfinished_uploads_are_listed_for_another_browser(serve, data):
    server = serve()
    add_user(data, "ana", "--admin")
    tus = Uploader(Client(server, "ana"))
    tus.sent(tus.begin("first", 10), 0, b"12345")
    tus.begin("second", 10)
    tus.create("done", 1, b"x")
    items = tus.client.get("/uploads").json()["items"]
    assert [(item["metadata"]["name"], item["offset"], item["size"], item["state"]) for item in items] == [
        ("second", 0, 10, "open"),
        ("first", 5, 10, "open"),
    ]
    page = tus.client.get("/uploads?limit=1").json()
    assert [item["id"] for item in page["items"]] == [items[0]["id"]]
    assert tus.client.get(f"/uploads?limit=1&cursor={page['next_cursor']}").json()["items"][0]["id"] == items[1]["id"]


def test_folders_on_the_way_are_made_and_conflicts_are_answered(tus, ana, room):
    first = tus.create(None, 1, b"1", relative_path="a/b/c.txt").json()["node_id"]
    second = tus.create(None, 1, b"2", relative_path="a/b/c.txt", on_conflict="rename").json()["node_id"]
    assert [ana.get(f"/nodes/{node}").json()["name"] for node in (first, second)] == ["c.txt", "c (2).txt"]
    assert ana.names(room) == ["a"]
    problem(tus.create(None, 1, relative_path="a/b/c.txt"), 409, "name-taken")
    assert tus.create(None, 1, b"3", relative_path="a/b/c.txt", on_conflict="replace").json()["node_id"] == first
    version = ana.get(f"/nodes/{first}").json()["version_id"]
    assert tus.create(None, 1, b"4", node_id=first, if_version=version).json()["node_id"] == first
    assert ana.content(first) == b"4"
    problem(tus.create(None, 1, b"5", node_id=first, if_version=version), 412, "precondition-failed")
    problem(tus.create(None, 1, relative_path="a/../../x"), 400, "invalid-input")


def test_a_client_that_can_send_no_patch_may_say_so(tus, ana):
    upload = tus.begin("x", 5)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "X-HTTP-Method-Override": "PATCH"}
    answer = ana.send("POST", upload, b"bytes", headers)
    assert ana.content(answer.headers["Cairn-Node"]) == b"bytes"
    problem(ana.send("POST", upload, b"", TUS), 400, "invalid-input")


def test_a_repeated_beginning_that_found_no_place_is_not_told_as_done(tus, ana, room):
    key = {"Idempotency-Key": f"begin-{random.random()}"}
    upload = tus.begin("taken later", 5, more=key)
    other = ana.file(room, "taken later")["id"]
    problem(tus.send(upload, 0, b"bytes"), 409, "name-taken")
    assert tus.head(upload).status == 409, "clients take an upload with all its bytes for a file"
    problem(tus.create("taken later", 5, more=key), 409, "name-taken")
    ana.delete(f"/nodes/{other}")
    answer = tus.create("taken later", 5, more=key)
    assert ana.content(answer.json()["node_id"]) == b"bytes"


def test_a_repeated_beginning_is_done_once(tus, ana):
    key = {"Idempotency-Key": f"begin-{random.random()}"}
    upload = tus.begin("once", 5, more=key)
    assert tus.begin("once", 5, more=key) == upload
    problem(tus.create("other", 5, more=key), 422, "idempotency-key-reused")
    tus.sent(upload, 0, b"bytes")
    assert tus.begin("once", 5, more=key) == upload


BAD = [
    ("no length", {}, 400, "Upload-Length"),
    ("two lengths", {"Upload-Length": "1", "Upload-Defer-Length": "1"}, 400, "Upload-Length"),
    ("a negative length", {"Upload-Length": "-1"}, 400, "Upload-Length"),
    ("a length that is none", {"Upload-Length": "1e3"}, 400, "Upload-Length"),
    ("a length beyond all", {"Upload-Length": str(1 << 63)}, 400, "Upload-Length"),
    ("a deferred length that is none", {"Upload-Defer-Length": "2"}, 400, "Upload-Defer-Length"),
    ("metadata that is no base64", {"Upload-Length": "1", "Upload-Metadata": "name @@@"}, 400, "Upload-Metadata"),
    ("metadata that is no UTF-8", {"Upload-Length": "1", "Upload-Metadata": "name /w=="}, 400, "Upload-Metadata"),
    ("a key twice", {"Upload-Length": "1", "Upload-Metadata": "name YQ==,name YQ=="}, 400, "Upload-Metadata"),
    ("no name", {"Upload-Length": "1", "Upload-Metadata": ""}, 400, "name"),
    ("a name that can be none", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a/b")}, 400, "name"),
    ("a folder that is none", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", parent_id="x")}, 400, "parent_id"),
    ("a folder of nobody", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", parent_id="node_01h455vb4pex5vsknk084sn02q")}, 404, None),
    ("a time that is none", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", modified_at="yesterday")}, 400, "modified_at"),
    ("an answer to conflicts that is none", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", on_conflict="x")}, 400, "on_conflict"),
    ("a version beside a name", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", if_version="ver_01h455vb4pex5vsknk084sn02q")}, 400, "if_version"),
    ("a name beside a file", {"Upload-Length": "1", "Upload-Metadata": metadata(name="a", node_id="node_01h455vb4pex5vsknk084sn02q")}, 400, "name"),
    ("a length of parts", {"Upload-Concat": "final;upload_01h455vb4pex5vsknk084sn02q", "Upload-Length": "1"}, 400, "Upload-Length"),
    ("parts that are none", {"Upload-Concat": "final;/a /b", "Upload-Metadata": metadata(name="a")}, 400, "Upload-Concat"),
    ("no parts", {"Upload-Concat": "final;", "Upload-Metadata": metadata(name="a")}, 400, "Upload-Concat"),
    ("a part of another kind", {"Upload-Concat": "half", "Upload-Length": "1"}, 400, "Upload-Concat"),
    ("another version", {"Tus-Resumable": "0.2.2", "Upload-Length": "1"}, 412, "Tus-Resumable"),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case[0])
def test_a_bad_beginning_is_refused_with_the_field_at_fault(tus, ana, case):
    _, headers, status, pointer = case
    before = ana.get("/uploads?limit=1000").json()["items"]
    answer = tus.create(more=headers)
    assert answer.status == status, answer.body
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert ana.get("/uploads?limit=1000").json()["items"] == before


def test_bad_bytes_change_nothing(tus, ben):
    upload = tus.begin("x", 10)
    tus.sent(upload, 0, b"12345")
    body = "application/offset+octet-stream"
    problem(tus.send(upload, 4, b"x"), 409, "conflict")
    problem(tus.send(upload, 6, b"x"), 409, "conflict")
    problem(tus.send(upload, 5, b"123456"), 400, "invalid-input")
    problem(tus.send(upload, 5, b"x", {"Content-Type": "text/plain"}), 415, "unsupported-media")
    problem(tus.send(upload, 5, b"x", {"Tus-Resumable": "2.0.0"}), 412, "precondition-failed")
    problem(tus.send(upload, 5, b"x", {"Upload-Checksum": "md5 AAAA"}), 400, "invalid-input")
    problem(tus.send(upload, 5, b"x", {"Upload-Checksum": "sha1 AAAA"}), 400, "invalid-input")
    problem(tus.send(upload, 5, b"x", {"Upload-Offset": "five"}), 400, "invalid-input")
    problem(tus.client.send("PATCH", upload, b"x", {**TUS, "Content-Type": body}), 400, "invalid-input")
    chunked = {**TUS, **tus.client.headers, "Upload-Offset": "5", "Content-Type": body, "Transfer-Encoding": "chunked"}
    problem(tus.client.server.request("PATCH", f"/api/v1{upload}", chunked, body=iter([b"123456"])), 400, "invalid-input")
    problem(Uploader(ben).send(upload, 5, b"x"), 404, "not-found")
    assert tus.offset(upload) == 5


def test_a_cut_at_any_place_around_a_chunk_border_keeps_what_came(tus, ana):
    chance = random.Random(4)
    size = 3 * CHUNK
    content = chance.randbytes(size)
    for cut in [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, size - 1]:
        upload = tus.begin(f"cut{cut}", size)
        tus.send_cut(upload, 0, content[:cut], size)
        wait_until(lambda: tus.offset(upload) == cut, f"the {cut} bytes that came are durable")
        assert ana.content(tus.sent(upload, cut, content[cut:])) == content


def test_two_writers_of_one_upload(tus, ana):
    content = random.Random(5).randbytes(400_000)
    upload = tus.begin("x", 400_000)
    host = urllib.parse.urlsplit(ana.server.address)
    first = http.client.HTTPConnection(host.hostname, host.port)
    first.putrequest("PATCH", f"/api/v1{upload}")
    headers = {**TUS, **ana.headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": "400000"}
    for name, value in headers.items():
        first.putheader(name, value)
    first.endheaders(content[:200_000])
    wait_until(lambda: tus.state(upload).get("busy"), "the first is at work")
    problem(tus.send(upload, 0, content), 423, "locked")
    first.send(content[200_000:])
    answer = first.getresponse()
    answer.read()
    assert answer.status == 204
    assert ana.content(answer.headers["Cairn-Node"]) == content


def test_a_silent_writer_is_taken_over(serve, data):
    server = serve("--set", "uploads.lease=1s")
    add_user(data, "ana", "--admin")
    tus = Uploader(Client(server, "ana"))
    content = random.Random(6).randbytes(300_000)
    upload = tus.begin("x", 300_000)
    host = urllib.parse.urlsplit(server.address)
    with socket.create_connection((host.hostname, host.port)) as silent:
        head = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host.netloc}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        head += f"Content-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\nAuthorization: {tus.client.headers['Authorization']}\r\n\r\n"
        silent.sendall(head.encode() + content[:1000])
        wait_until(lambda: tus.state(upload).get("busy"), "it is at work")
        answers = []
        wait_until(lambda: answers.append(tus.send(upload, 0, content)) or answers[-1].status != 423, "its lease is over")
        assert answers[-1].status == 204, answers[-1].body
        assert tus.client.content(answers[-1].headers["Cairn-Node"]) == content
        silent.sendall(content[1000:])
        silent.settimeout(60)
        assert b" 423 " in silent.recv(1 << 16).split(b"\r\n")[0]


def test_nobody_keeps_more_open_than_is_allowed(serve, data):
    server = serve("--set", "uploads.most_open=20")
    add_user(data, "ana", "--admin")
    tus = Uploader(Client(server, "ana"))
    for number in range(20):
        tus.begin(str(number), 1)
    problem(tus.create("one more", 1), 429, "too-many-uploads")
    tus.client.send("DELETE", f"/uploads/{tus.client.get('/uploads').json()['items'][0]['id']}", headers=TUS)
    tus.begin("one more", 1)


def test_a_restart_stops_an_upload_at_what_is_durable(serve, data):
    server = serve()
    add_user(data, "ana", "--admin")
    tus = Uploader(Client(server, "ana"))
    content = random.Random(7).randbytes(3 << 20)
    upload = tus.begin("x", len(content))
    host = urllib.parse.urlsplit(server.address)
    with socket.create_connection((host.hostname, host.port)) as sending:
        head = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host.netloc}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: "
        head += f"application/offset+octet-stream\r\nContent-Length: {len(content)}\r\nAuthorization: {tus.client.headers['Authorization']}\r\n\r\n"
        sending.sendall(head.encode() + content[: 2 << 20])
        wait_until(lambda: tus.state(upload).get("busy"), "it is at work")
        server.send(signal.SIGTERM)
        sending.sendall(content[2 << 20 : (2 << 20) + 600_000])
        sending.settimeout(60)
        assert b" 503 " in sending.recv(1 << 16).split(b"\r\n")[0]
    assert server.wait() == 0
    tus.client.server = serve()
    offset = tus.offset(upload)
    assert offset > 0
    assert tus.client.content(tus.sent(upload, offset, content[offset:])) == content


def test_a_kill_loses_no_acknowledged_byte_and_can_be_gone_on_with_at_once(serve, cairn, data):
    flags = ["--set", "uploads.checkpoint=1MiB", "--set", "sessions.access_lifetime=10h"]
    server = serve(*flags)
    add_user(data, "ana", "--admin")
    tus = Uploader(Client(server, "ana"))
    content = random.Random(8).randbytes(12 << 20)
    upload = tus.begin("x", len(content))
    kills = 0
    offset = 0
    while offset < len(content):
        sending = threading.Thread(target=lambda: swallow(lambda: tus.send(upload, offset, content[offset:])))
        sending.start()
        wanted = min(offset + (3 << 20), len(content))
        wait_until(lambda: reached(tus, upload, wanted), "some of it is durable")
        acknowledged = tus.offset(upload)
        server.process.kill()
        server.wait()
        sending.join()
        kills += 1
        server = tus.client.server = serve(*flags)
        offset = tus.offset(upload)
        assert offset >= acknowledged
    assert kills >= 3
    assert tus.client.content(tus.state(upload)["node_id"]) == content
    server.stop()
    assert cairn("fsck", "--deep", "--data", data).returncode == 0


def swallow(act) -> None:
    try:
        act()
    except (OSError, http.client.HTTPException):
        pass  # the server was killed meanwhile, as is meant


def reached(tus: Uploader, upload: str, wanted: int) -> bool:
    return tus.offset(upload) >= wanted


def test_tuspy_uploads_and_goes_on(serve, data, tmp_path):
    """Somebody else's client, killed with its server in the middle of a file."""
    server = serve()
    add_user(data, "ana", "--admin")
    ana = Client(server, "ana")
    content = random.Random(9).randbytes(5 << 20)
    path = tmp_path / "by-tuspy.bin"
    path.write_bytes(content)

    def uploader(**more):
        client = TusClient(server.address + "/api/v1/uploads", headers=dict(ana.headers))
        return client.uploader(str(path), chunk_size=1 << 20, metadata={"name": path.name}, **more)

    first = uploader()
    first.upload_chunk()
    first.upload_chunk()
    server.process.kill()
    server.wait()
    server = ana.server = serve("--listen", server.address)
    second = uploader(url=first.url)
    assert second.offset == 2 << 20
    second.upload()
    items = ana.get("/files/home/").json()["items"]
    assert [(item["name"], item["size"]) for item in items] == [("by-tuspy.bin", len(content))]
    assert ana.content(items[0]["id"]) == content

    checked = TusClient(server.address + "/api/v1/uploads", headers=dict(ana.headers)).uploader(
        str(path), chunk_size=1 << 20, metadata={"name": "checked.bin"}, upload_checksum=True
    )
    checked.upload()
    assert ana.get("/files/home/checked.bin").body == content
