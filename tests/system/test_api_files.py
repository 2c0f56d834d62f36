"""Files and folders over the API, as a program uses them."""

import json
import socket
import urllib.parse

import pytest
from conftest import Client, add_user, problem, temporaries, wait_until


# Creating, looking, listing


def test_a_file_comes_back_as_it_was_put(ana, room):
    for name, content in [("empty", b""), ("small.txt", b"hello"), ("Größe 日本 🎉.bin", bytes(range(256)) * 4096)]:
        node = ana.file(room, name, content)
        assert (node["name"], node["size"], node["kind"], node["parent_id"]) == (name, len(content), "file", room)
        answer = ana.get(f"/nodes/{node['id']}/content")
        assert (answer.status, answer.body) == (200, content)
        assert answer.headers["ETag"] == f'"{node["version_id"]}"'
        assert ana.get(f"/nodes/{node['id']}").json()["digest"]["blake3"]
    assert ana.names(room) == ["empty", "Größe 日本 🎉.bin", "small.txt"]


def test_a_node_tells_what_may_be_done_with_it(ana, room):
    node = ana.file(room, "a.png", b"\x89PNG\r\n\x1a\n...")
    assert node["media_type"] == "image/png" and node["can"] == ["read", "write", "delete", "share"]
    assert ana.get(f"/nodes/{ana.root}").json()["can"] == ["read", "write", "share"], "a root cannot be thrown away"
    seen = ana.get(f"/nodes/{node['id']}")
    assert seen.headers["ETag"] == node["etag"]


def test_a_listing_comes_in_pages_that_keep_their_place(ana, room):
    for i in range(25):
        ana.file(room, f"f{i}", b"x" * i)
    ana.folder(room, "folder")
    names, path = [], f"/nodes/{room}/children?limit=10"
    while path:
        page = ana.get(path).json()
        names += [item["name"] for item in page["items"]]
        assert page["total"] >= 26 and page["seq"] > 0
        if len(names) == 10:
            ana.file(room, "f0b", b"")  # comes before the place that was reached
        cursor = page.get("next_cursor")
        path = cursor and f"/nodes/{room}/children?limit=10&cursor={cursor}"
    assert names == ["folder"] + [f"f{i}" for i in range(25)], "numbers sort by their value, and nothing comes twice"
    by_size = ana.get(f"/nodes/{room}/children?sort=-size&limit=3&kind=file").json()["items"]
    assert [item["name"] for item in by_size] == ["f24", "f23", "f22"]
    jump = ana.get(f"/nodes/{room}/children?start=26&limit=5").json()["items"]
    assert [item["name"] for item in jump] == ["f24"]
    for wrong in ["limit=0", "limit=1001", "limit=x", "sort=colour", "kind=link", "cursor=zzz", "start=-1", "start=1&cursor=AAAA"]:
        problem(ana.get(f"/nodes/{room}/children?{wrong}"), 400, "invalid-input")


def test_a_parameter_or_field_that_is_not_known_is_refused_with_a_hint(ana, room):
    told = problem(ana.delete(f"/nodes/{room}?permanant=true"), 400, "invalid-input")
    assert "did you mean 'permanent'?" in told["detail"] and told["errors"][0]["pointer"] == "permanant"
    assert ana.get(f"/nodes/{room}").status == 200, "nothing was done"
    told = problem(ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "x", "on_conflct": "rename"}), 400, "invalid-input")
    assert "did you mean 'on_conflict'?" in told["detail"]
    assert ana.names(room) == []


@pytest.mark.parametrize("name", ["a/b", "..", ".", "", "nul\0", "tab\t", "x" * 256, "ä" * 128, "del\x7f"])
def test_a_name_that_can_be_none_is_refused(ana, room, name):
    assert problem(ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": name}), 400, "invalid-input")["errors"][0]["pointer"] == "name"
    assert ana.names(room) == []


def test_a_name_in_an_address_that_can_be_none_is_refused(ana, room):
    for encoded in ["a%2Fb", "..", "%2E%2E", "nul%00", "%ff", "%C0%AF", "x" * 256]:
        answer = ana.put(f"/nodes/{room}/children/{encoded}", b"x")
        assert answer.status == 400, (encoded, answer.status)
    assert ana.names(room) == []


def test_a_tree_has_a_depth_beyond_which_nothing_is_made(ana, room):
    folder = room
    for depth in range(2, 129):
        folder = ana.folder(folder, f"{depth}")["id"]
    problem(ana.post(f"/nodes/{folder}/children", {"kind": "folder", "name": "129"}), 400, "invalid-input")
    problem(ana.put(f"/nodes/{folder}/children/129", b""), 400, "invalid-input")


# Names that are taken


def test_on_conflict_says_what_happens_when_a_name_is_taken(ana, room):
    first = ana.file(room, "report.pdf", b"one")
    path = f"/nodes/{room}/children/report.pdf"
    assert problem(ana.put(path, b"two"), 409, "name-taken")["errors"][0]["pointer"] == "name"
    renamed = ana.put(path + "?on_conflict=rename", b"two")
    assert renamed.status == 201 and renamed.json()["name"] == "report (2).pdf"
    replaced = ana.put(path + "?on_conflict=replace", b"three")
    assert replaced.status == 200 and replaced.json()["id"] == first["id"] and replaced.json()["version_id"] != first["version_id"]
    assert ana.content(first["id"]) == b"three"
    former = ana.get(f"/nodes/{first['id']}/content?version={first['version_id']}")
    assert former.body == b"one", "what was replaced is still there"
    problem(ana.put(path + "?on_conflict=maybe", b""), 400, "invalid-input")
    assert sorted(ana.names(room)) == ["report (2).pdf", "report.pdf"]


def test_a_folder_is_replaced_by_nothing(ana, room):
    ana.folder(room, "work")
    problem(ana.put(f"/nodes/{room}/children/work?on_conflict=replace", b"x"), 400, "invalid-input")
    problem(ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "work"}), 409, "name-taken")
    assert ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "work", "on_conflict": "rename"}).json()["name"] == "work (2)"


# Moving and copying


def test_rename_and_move_change_one_node(ana, room):
    a, b = ana.folder(room, "a"), ana.folder(room, "b")
    file = ana.file(a["id"], "f", b"x")
    moved = ana.patch(f"/nodes/{a['id']}", {"parent_id": b["id"], "name": "c"}).json()
    assert (moved["parent_id"], moved["name"]) == (b["id"], "c")
    assert ana.content(file["id"]) == b"x" and ana.names(moved["id"]) == ["f"]
    problem(ana.patch(f"/nodes/{b['id']}", {"parent_id": moved["id"]}), 400, "invalid-input")  # into itself
    noted = ana.patch(f"/nodes/{file['id']}", {"modified_at": "2001-02-03T04:05:06.789+01:00"}).json()
    assert noted["modified_at"] == "2001-02-03T03:05:06.789Z"
    problem(ana.patch(f"/nodes/{file['id']}", {"modified_at": "yesterday"}), 400, "invalid-input")
    problem(ana.patch(f"/nodes/{ana.root}", {"name": "x"}), 400, "invalid-input")


def test_a_copy_is_another_node_with_the_same_bytes(ana, room):
    source, target = ana.folder(room, "source"), ana.folder(room, "target")
    ana.file(source["id"], "f", b"bytes")
    used = ana.get("/spaces/home").json()["used_bytes"]
    copy = ana.post(f"/nodes/{source['id']}/copy", {"parent_id": target["id"], "name": "copy"})
    assert copy.status == 201
    inner = ana.get(f"/nodes/{copy.json()['id']}/children").json()["items"]
    assert ana.content(inner[0]["id"]) == b"bytes"
    assert ana.get("/spaces/home").json()["used_bytes"] == used + 5
    problem(ana.post(f"/nodes/{source['id']}/copy", {"parent_id": target["id"], "name": "copy"}), 409, "name-taken")


def test_a_large_copy_is_a_job_that_can_be_waited_for(serve):
    server = serve("--set", "jobs.step_rows=10", "--set", "jobs.poll=10ms")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    source = ana.folder(ana.root, "source")["id"]
    for i in range(25):
        ana.folder(source, f"{i}")
    answer = ana.post(f"/nodes/{source}/copy", {"parent_id": ana.root, "name": "copy"})
    assert answer.status == 202 and answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['job']['id']}"
    job = ana.get(f"/jobs/{answer.json()['job']['id']}?wait=60").json()
    assert job["state"] == "done" and job["progress"]["copied"] == 26
    assert len(ana.names(job["progress"]["node"])) == 25
    problem(ana.delete(f"/jobs/{job['id']}"), 409, "conflict")
    emptied = ana.delete(f"/nodes/{job['progress']['node']}?permanent=true")
    assert emptied.status == 202 and ana.get(f"/jobs/{emptied.json()['job']['id']}?wait=60").json()["state"] == "done"
    assert ana.names(ana.root) == ["source"]
    add_user(server.data, "ben")
    problem(Client(server, "ben").get(f"/jobs/{job['id']}"), 404, "not-found")


# Trash


def test_what_was_thrown_away_can_be_restored_or_removed_for_good(ana, room):
    folder = ana.folder(room, "folder")
    file = ana.file(folder["id"], "f", b"x")
    assert ana.delete(f"/nodes/{folder['id']}").status == 204
    assert ana.names(room) == []
    item = ana.get("/spaces/home/trash").json()["items"][0]
    assert (item["id"], item["trashed_from"], item["can"]) == (folder["id"], room, ["read", "restore", "purge"])
    assert ana.content(file["id"]) == b"x", "its owner may still look"
    problem(ana.put(f"/nodes/{folder['id']}/children/g", b""), 400, "invalid-input")
    restored = ana.post(f"/trash/{folder['id']}/restore")
    assert restored.status == 200 and restored.json()["parent_id"] == room and ana.names(room) == ["folder"]
    problem(ana.delete(f"/trash/{folder['id']}"), 404, "not-found")
    ana.delete(f"/nodes/{folder['id']}")
    used = ana.get("/spaces/home").json()["used_bytes"]
    assert ana.delete(f"/trash/{folder['id']}").status == 204
    assert ana.get("/spaces/home").json()["used_bytes"] == used - 1
    problem(ana.get(f"/nodes/{file['id']}/content"), 404, "not-found")


def test_the_trash_comes_in_pages_and_can_be_emptied(serve):
    server = serve("--set", "jobs.poll=10ms")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    for i in range(7):
        ana.delete(f"/nodes/{ana.file(ana.root, f'f{i}')['id']}")
    names, path = [], "/spaces/home/trash?limit=3"
    while path:
        page = ana.get(path).json()
        names += [item["name"] for item in page["items"]]
        path = "next_cursor" in page and f"/spaces/home/trash?limit=3&cursor={page['next_cursor']}"
    assert names == [f"f{i}" for i in range(6, -1, -1)]
    job = ana.delete("/spaces/home/trash").json()["job"]["id"]
    assert ana.get(f"/jobs/{job}?wait=60").json()["state"] == "done"
    assert ana.get("/spaces/home/trash").json()["items"] == [] and ana.get("/spaces/home").json()["used_bytes"] == 0


# By path


def test_paths_are_for_people_with_curl(ana, room):
    home = f"/files/home/{ana.get(f'/nodes/{room}').json()['name']}"
    problem(ana.put(f"{home}/Documents/2026/report.txt", b"x"), 404, "not-found")
    made = ana.put(f"{home}/Documents/2026/report.txt?parents=true", b"one")
    assert made.status == 201
    assert ana.get(f"{home}/Documents/2026/report.txt").body == b"one"
    assert [item["name"] for item in ana.get(f"{home}/Documents/").json()["items"]] == ["2026"]
    assert ana.put(f"{home}/Documents/2026/report.txt", b"two").status == 200, "a PUT of a path replaces; the old version stays"
    problem(ana.put(f"{home}/Documents/2026/report.txt", b"three", If_None_Match="*"), 412, "precondition-failed")
    assert ana.put(f"{home}/Documents/2026/other.txt", b"new", If_None_Match="*").status == 201
    problem(ana.put(f"{home}/Documents/2026/other.txt", b"x", If_None_Match='"ver_1"'), 400, "invalid-input")
    problem(ana.put(f"{home}/Documents/2026/", b"x"), 400, "invalid-input")
    problem(ana.put(f"{home}/a%2Fb", b"x"), 400, "invalid-input")
    problem(ana.put(f"{home}/../x", b"x"), 400, "invalid-input")
    problem(ana.get("/files/nobody/x"), 404, "not-found")
    assert ana.send("HEAD", f"{home}/Documents/2026/report.txt").headers["Content-Length"] == "3"
    assert ana.get(f"/spaces/home/node?path={home.removeprefix('/files/home/')}/Documents/2026").json()["kind"] == "folder"
    assert ana.delete(f"{home}/Documents").status == 204 and ana.names(room) == []


# Limits


def test_an_upload_that_is_broken_off_leaves_nothing(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    host = urllib.parse.urlsplit(server.address)
    for _ in range(3):
        with socket.create_connection((host.hostname, host.port), timeout=60) as broken:
            head = f"PUT /api/v1/files/home/f HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\n"
            broken.sendall(f"{head}Content-Length: 10000000\r\n\r\n".encode() + b"x" * 3_000_000)
            wait_until(lambda: temporaries(server), "some of it has arrived")
        wait_until(lambda: not temporaries(server), "and is gone again")
    assert ana.names(ana.root) == []


def test_what_would_be_refused_is_refused_before_the_bytes_come(ana, room):
    """Whoever asks first, by Expect, sends nothing in vain."""
    taken = ana.file(room, "taken", b"x")
    folder = ana.folder(room, "folder")["id"]
    host = urllib.parse.urlsplit(ana.server.address)
    for path, field, status in [
        (f"/nodes/{room}/children/taken", "", b" 409 "),
        (f"/nodes/{taken['id']}/content", 'If-Match: "ver_01h455vb4pex5vsknk084sn02q"', b" 412 "),
        (f"/nodes/{folder}/content", "", b" 400 "),
        (f"/nodes/{room}/children/folder?on_conflict=replace", "", b" 400 "),
    ]:
        with socket.create_connection((host.hostname, host.port), timeout=60) as asking:
            head = f"PUT /api/v1{path} HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\n{field}\r\n".replace("\r\n\r\n", "\r\n")
            asking.sendall(f"{head}Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n".encode())
            answer = asking.recv(65536)
            assert status in answer[:20], (path, answer)


def test_what_does_not_fit_the_quota_is_refused_before_and_while_it_comes(serve):
    server = serve()
    add_user(server.data, "root", "--admin")
    admin = Client(server, "root")
    user = admin.post("/users", {"name": "ana", "password": "correct horse battery", "quota_bytes": 1000}).json()
    assert admin.get(f"/users/{user['id']}").json()["space"]["quota_bytes"] == 1000
    ana = Client(server, "ana")
    told = problem(ana.put("/files/home/f", b"x" * 1001), 507, "quota-exceeded")
    assert "1" in told["detail"]
    chunked = ana.server.request(
        "PUT", "/api/v1/files/home/f", {**ana.headers, "Transfer-Encoding": "chunked"}, body=iter([b"x" * 600, b"x" * 600])
    )
    problem(chunked, 507, "quota-exceeded")
    assert ana.names(ana.root) == [] and ana.put("/files/home/f", b"x" * 1000).status == 201
    problem(ana.put("/files/home/f", b"x"), 507, "quota-exceeded")  # a new version counts beside the old
    assert admin.patch(f"/users/{user['id']}", {"quota_bytes": None}).json()["space"].get("quota_bytes") is None
    assert ana.put("/files/home/f", b"x").status == 200
    assert temporaries(server) == []


def test_json_that_is_none_is_refused(ana, room):
    for body in [b"{", b"[]", b"1", b'{"kind":"folder","name":1}', b'{"kind":"folder","name":"\xff"}', b"{}", b'{"a":' * 40 + b"1" + b"}" * 40]:
        answer = ana.send("POST", f"/nodes/{room}/children", body, {"Content-Type": "application/json"})
        problem(answer, 400, "invalid-input")
    problem(ana.send("POST", f"/nodes/{room}/children", b"{}", {"Content-Type": "text/plain"}), 400, "invalid-input")
    long = json.dumps({"kind": "folder", "name": "x" * (1 << 20)}).encode()
    problem(ana.send("POST", f"/nodes/{room}/children", long, {"Content-Type": "application/json"}), 400, "invalid-input")


def test_what_is_not_ones_own_is_as_if_it_were_not_there(ana, ben, room):
    node = ana.file(room, "secret", b"x")
    for answer in [
        ben.get(f"/nodes/{node['id']}"),
        ben.get(f"/nodes/{node['id']}/content"),
        ben.put(f"/nodes/{node['id']}/content", b"y"),
        ben.put(f"/nodes/{room}/children/x", b"y"),
        ben.patch(f"/nodes/{node['id']}", {"name": "y"}),
        ben.delete(f"/nodes/{node['id']}"),
        ben.post(f"/nodes/{node['id']}/copy", {"parent_id": ben.root}),
        ben.get(f"/nodes/{room}/children"),
        ben.get(f"/spaces/{node['space_id']}"),
        ben.get(f"/spaces/{node['space_id']}/trash"),
        ben.get(f"/files/{node['space_id']}/secret"),
        ben.get("/nodes/node_01h455vb4pex5vsknk084sn02q"),
        ben.get("/nodes/nonsense"),
    ]:
        problem(answer, 404, "not-found")
    problem(ana.patch(f"/nodes/{node['id']}", {"parent_id": ben.root}), 404, "not-found")
