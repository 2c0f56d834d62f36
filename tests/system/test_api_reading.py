"""Downloads: ranges, conditions, digests, and what browsers may do with a file."""

import base64
import hashlib
import os

import pytest
from conftest import Client, add_user, problem


def test_ranges_give_parts_and_the_size_of_the_whole(ana, room):
    content = bytes(range(256)) * 2000  # several chunks of the seal
    node = ana.file(room, "f", content)
    path, etag = f"/nodes/{node['id']}/content", f'"{node["version_id"]}"'
    for field, first, last in [("bytes=0-0", 0, 0), ("bytes=65530-65545", 65530, 65545), ("bytes=-10", 511990, 511999), ("bytes=511999-", 511999, 511999), ("bytes=5-9999999", 5, 511999)]:
        answer = ana.get(path, Range=field)
        assert (answer.status, answer.body) == (206, content[first : last + 1]), field
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/512000"
    past = ana.get(path, Range="bytes=512000-")
    assert (past.status, past.headers["Content-Range"]) == (416, "bytes */512000")
    for whole in [{"Range": "bytes=0-1,5-6"}, {"Range": "bytes=9-1"}, {"Range": "bytes=0-1", "If-Range": '"other"'}]:
        answer = ana.send("GET", path, headers=whole)
        assert (answer.status, answer.body) == (200, content), whole
    assert ana.send("GET", path, headers={"Range": "bytes=0-1", "If-Range": etag}).status == 206
    head = ana.send("HEAD", path, headers={"Range": "bytes=0-1"})
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "512000")
    empty = ana.file(room, "empty", b"")
    assert ana.get(f"/nodes/{empty['id']}/content", Range="bytes=0-").status == 416


def test_conditions_spare_what_the_client_has(ana, room):
    node = ana.file(room, "f", b"x")
    path, etag = f"/nodes/{node['id']}/content", f'"{node["version_id"]}"'
    spared = ana.get(path, If_None_Match=etag)
    assert (spared.status, spared.body, spared.headers["ETag"]) == (304, b"", etag)
    assert ana.get(path, If_None_Match='"other"').status == 200
    modified = ana.get(path).headers["Last-Modified"]
    assert ana.get(path, If_Modified_Since=modified).status == 200, "an author chooses the time: it says nothing about the content"
    problem(ana.get(path, If_Match='"other"'), 412, "precondition-failed")
    assert ana.get(path, If_Match=etag).status == 200


def test_the_digest_is_told_where_it_is_wanted_and_an_upload_with_another_is_not_kept(ana, room):
    content = b"some bytes"
    right = base64.b64encode(hashlib.sha256(content).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"others").digest()).decode()
    told = problem(ana.put(f"/nodes/{room}/children/f", content, Content_Digest=f"sha-256=:{wrong}:"), 400, "invalid-input")
    assert told["errors"][0]["pointer"] == "Content-Digest"
    problem(ana.put(f"/nodes/{room}/children/f", content, Repr_Digest="sha-256=nonsense"), 400, "invalid-input")
    assert ana.names(room) == []
    node = ana.put(f"/nodes/{room}/children/f", content, Content_Digest=f"sha-256=:{right}:, md5=:AAAA:").json()
    digest = ana.get(f"/nodes/{node['id']}/content", Want_Repr_Digest="blake3=1").headers["Repr-Digest"]
    assert base64.b64decode(digest.split(":")[1]).hex() == ana.get(f"/nodes/{node['id']}").json()["digest"]["blake3"]


def test_nothing_in_a_file_can_act_in_a_browser(ana, room):
    for name, content, inline in [
        ("page.html", b"<script>alert(1)</script>", "text/plain; charset=utf-8"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
        ("photo.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("app.exe", b"MZ\x90\x00", None),
        ("contract.pdf", b"%PDF-1.4\n", "application/pdf"),
    ]:
        node = ana.file(room, name, content)
        for wanted in ["", "?disposition=inline"]:
            answer = ana.get(f"/nodes/{node['id']}/content{wanted}")
            shown = bool(wanted) and inline is not None
            assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment"), name
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "script-src" not in policy
            # In a sandbox browsers do not start their viewer of PDFs, which runs apart from the page anyway.
            assert ("sandbox" in policy) == (name != "contract.pdf")
            assert "script" not in answer.headers["Content-Type"] and "html" not in answer.headers["Content-Type"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and "no-store" not in answer.headers["Cache-Control"]
            if shown:
                assert answer.headers["Content-Type"] == inline
    quoted = ana.file(room, 'a"b\\ü.txt', b"")
    field = ana.get(f"/nodes/{quoted['id']}/content").headers["Content-Disposition"]
    assert field == "attachment; filename=\"a_b___.txt\"; filename*=UTF-8''a%22b%5C%C3%BC.txt"


@pytest.mark.parametrize("sealing", ["true", "false"])
def test_bytes_are_those_that_were_put_however_they_are_kept_and_sent(serve, sealing):
    server = serve("--set", f"content.sealing={sealing}")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    content = os.urandom(3_000_017)
    assert ana.put("/files/home/f", content).status == 201
    [kept] = (server.data / "content").glob("??/*")
    assert (kept.read_bytes() == content) == (sealing == "false")
    for _ in range(2):  # looked up, then remembered
        assert ana.get("/files/home/f").body == content
    for first, last in [(0, 0), (65535, 65536), (1, 2_999_999), (2_097_151, 2_097_153), (3_000_016, 3_000_016)]:
        part = ana.get("/files/home/f", Range=f"bytes={first}-{last}")
        assert (part.status, part.body) == (206, content[first : last + 1])
    assert ana.put("/files/home/f", b"new").status == 200
    assert ana.get("/files/home/f").body == b"new"


@pytest.mark.parametrize("sealing", ["true", "false"])
def test_a_download_whose_object_is_cut_short_is_never_taken_for_whole(serve, sealing):
    server = serve("--set", f"content.sealing={sealing}")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    ana.put("/files/home/f", os.urandom(50_000))
    assert ana.get("/files/home/f").status == 200
    [kept] = (server.data / "content").glob("??/*")
    os.truncate(kept, 10_000)
    assert ana.get("/files/home/f").status == 500, "its file was open still"
    problem(ana.get("/files/home/f"), 500, "damaged")
    assert ana.send("HEAD", "/files/home/f").status == 200
    assert len(server.events("request.failed")) == 2


# Timing


def test_who_is_signed_in_is_told_what_the_time_went_to(house):
    ben = Client(house, "ben")

    def timing(answer) -> dict[str, float]:
        assert answer.status < 300, answer.body
        parts = [part.split(";dur=") for part in answer.headers["Server-Timing"].split(", ")]
        return {name: float(duration) for name, duration in parts}

    stored = timing(ben.put("/files/home/timed", b"bytes" * 100_000))
    assert set(stored) == {"db", "store", "total"}
    assert stored["db"] > 0 and stored["store"] > 0 and stored["db"] + stored["store"] <= stored["total"] + 0.02
    assert set(timing(ben.get("/files/home/timed"))) == {"db", "store", "total"}
    assert timing(ben.get("/me"))["store"] == 0
    assert "Server-Timing" not in Client(house).get("/setup").headers
