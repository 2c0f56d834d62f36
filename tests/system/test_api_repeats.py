"""Writing safely: guards against overwriting, and requests that are sent again."""

import time

from conftest import problem


def test_if_match_guards_against_overwriting_somebody_elses_change(ana, room):
    node = ana.file(room, "f", b"one")
    path, seen = f"/nodes/{node['id']}", node["etag"]
    content_seen = f'"{node["version_id"]}"'
    changed = ana.put(f"{path}/content", b"two", If_Match=content_seen)
    assert changed.status == 200
    told = problem(ana.put(f"{path}/content", b"three", If_Match=content_seen), 412, "precondition-failed")
    assert told["errors"][0]["pointer"] == "If-Match"
    problem(ana.patch(path, {"name": "g"}, If_Match=seen), 412, "precondition-failed")
    problem(ana.delete(path, If_Match=seen), 412, "precondition-failed")
    problem(ana.delete(path + "?permanent=true", If_Match=seen), 412, "precondition-failed")
    for nonsense in ['"r"', "r1", 'W/"r1"', '"other"', ""]:
        problem(ana.patch(path, {"name": "g"}, If_Match=nonsense), 412, "precondition-failed")
    assert ana.content(node["id"]) == b"two" and ana.names(room) == ["f"]
    assert changed.headers["ETag"] == f'"{changed.json()["version_id"]}"', "the tag of what was put"
    for wrong in [{"If_None_Match": "*"}, {"If_Unmodified_Since": "Tue, 24 Nov 2026 08:00:00 GMT"}]:
        problem(ana.put(f"{path}/content", b"x", **wrong), 400, "invalid-input")  # not looked at, so not taken
    problem(ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "x"}, If_Match="*"), 400, "invalid-input")
    problem(ana.put(f"/nodes/{room}/children/f?on_conflict=replace", b"x", If_Match=content_seen), 412, "precondition-failed")
    problem(ana.put(f"/nodes/{room}/children/none", b"x", If_Match="*"), 412, "precondition-failed")
    problem(ana.put(f"/nodes/{room}/children/f?on_conflict=replace", b"x", If_None_Match="*"), 412, "precondition-failed")
    assert ana.put(f"/nodes/{room}/children/f", b"two", If_Match=changed.headers["ETag"]).status == 200
    changed = ana.get(path)
    assert ana.patch(path, {"name": "g"}, If_Match=changed.json()["etag"]).status == 200
    assert ana.patch(path, {"name": "h"}, If_Match="*").status == 200
    by_path = f"/files/home/{ana.get(f'/nodes/{room}').json()['name']}"
    problem(ana.put(f"{by_path}/none", b"x", If_Match='"ver_1"'), 412, "precondition-failed")
    problem(ana.put(f"{by_path}/h", b"x", If_Match=content_seen), 412, "precondition-failed")
    problem(ana.delete(f"{by_path}/h", If_Match=content_seen), 412, "precondition-failed")
    assert ana.delete(f"{by_path}/h", If_Match=ana.get(f"{by_path}/h").headers["ETag"]).status == 204, "the tag of what is at the path"


def test_a_request_with_a_key_is_done_once_however_often_it_is_sent(ana, room):
    key = {"Idempotency_Key": f"key-{time.time_ns()}"}
    body = {"kind": "folder", "name": "work", "on_conflict": "rename"}
    first = ana.post(f"/nodes/{room}/children", body, **key)
    for _ in range(3):
        again = ana.post(f"/nodes/{room}/children", body, **key)
        assert (again.status, again.json()) == (first.status, first.json())
    assert ana.names(room) == ["work"]
    told = problem(ana.post(f"/nodes/{room}/children", {**body, "name": "other"}, **key), 422, "idempotency-key-reused")
    assert told["errors"][0]["pointer"] == "Idempotency-Key"
    problem(ana.patch(f"/nodes/{first.json()['id']}", {"name": "x"}, **key), 422, "idempotency-key-reused")
    assert ana.names(room) == ["work"]


def test_an_upload_with_a_key_is_kept_once(ana, room):
    key = {"Idempotency_Key": f"key-{time.time_ns()}"}
    used = ana.get("/spaces/home").json()["used_bytes"]
    answers = [ana.put(f"/nodes/{room}/children/f?on_conflict=rename", b"12345", **key) for _ in range(3)]
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]} and {answer.status for answer in answers} == {201}
    assert ana.names(room) == ["f"] and ana.get("/spaces/home").json()["used_bytes"] == used + 5
    problem(ana.put(f"/nodes/{room}/children/f?on_conflict=rename", b"123456", **key), 422, "idempotency-key-reused")
    problem(ana.put(f"/nodes/{room}/children/f?on_conflict=rename", b"54321", **key), 422, "idempotency-key-reused")  # as many
    version = {"Idempotency_Key": f"key-{time.time_ns()}"}
    node = answers[0].json()["id"]
    puts = [ana.put(f"/nodes/{node}/content", b"again", **version).json()["version_id"] for _ in range(2)]
    assert puts[0] == puts[1]


def test_keys_of_two_people_have_nothing_to_do_with_each_other(ana, ben, room):
    key = {"Idempotency_Key": f"key-{time.time_ns()}"}
    assert ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "a"}, **key).status == 201
    assert ben.post(f"/nodes/{ben.root}/children", {"kind": "folder", "name": f"{time.time_ns()}"}, **key).status == 201
    for wrong in ["", "a b", "x" * 256, "ü".encode().decode("latin-1")]:
        problem(ana.post(f"/nodes/{room}/children", {"kind": "folder", "name": "x"}, Idempotency_Key=wrong), 400, "invalid-input")


def test_moves_copies_and_removals_with_a_key_are_done_once(ana, room):
    a, b = ana.folder(room, "a")["id"], ana.folder(room, "b")["id"]
    keys = [{"Idempotency_Key": f"key-{time.time_ns()}-{i}"} for i in range(4)]
    copies = [ana.post(f"/nodes/{a}/copy", {"parent_id": room, "on_conflict": "rename"}, **keys[0]).json()["id"] for _ in range(2)]
    assert copies[0] == copies[1] and sorted(ana.names(room)) == ["a", "a (2)", "b"]
    moves = [ana.patch(f"/nodes/{a}", {"parent_id": b}, **keys[1]) for _ in range(2)]
    assert [move.status for move in moves] == [200, 200] and moves[0].json() == moves[1].json()
    assert [ana.delete(f"/nodes/{b}", **keys[2]).status for _ in range(2)] == [204, 204]
    assert [ana.delete(f"/trash/{b}", **keys[3]).status for _ in range(3)] == [204, 204, 204], "though nothing is there any more"


def test_by_path_too_a_request_with_a_key_is_done_once(ana, room):
    home = f"/files/home/{ana.get(f'/nodes/{room}').json()['name']}"
    keys = [{"Idempotency_Key": f"key-{time.time_ns()}-{i}"} for i in range(4)]
    made = [ana.put(f"{home}/a/b/f?parents=true", b"x", **keys[0]) for _ in range(2)]
    assert made[0].json() == made[1].json()
    ana.patch(f"/nodes/{ana.get(f'{home}').json()['items'][0]['id']}", {"name": "renamed"})
    assert ana.put(f"{home}/a/b/f?parents=true", b"x", **keys[0]).json()["id"] == made[0].json()["id"]
    assert ana.names(room) == ["renamed"], "the folders are not made once more"
    assert [ana.delete(f"{home}/renamed/b/f", **keys[1]).status for _ in range(2)] == [204, 204]
    assert [ana.delete(f"{home}/renamed?permanent=true", **keys[2]).status for _ in range(2)] == [204, 204]
    problem(ana.delete(f"{home}/renamed", **keys[3]), 404, "not-found")
