"""What administrators do with the accounts of others, over the API."""

from conftest import PASSWORD, Client, add_user, problem

OTHER = "another long passphrase"


def test_an_administrator_adds_changes_and_disables_people(serve):
    server = serve()
    add_user(server.data, "root", "--admin")
    admin = Client(server, "root")
    key = {"Idempotency_Key": "once"}
    wanted = {"name": "Ana", "password": PASSWORD, "display_name": "Ana A."}
    made = [admin.post("/users", wanted, **key) for _ in range(2)]
    assert [answer.status for answer in made] == [201, 201] and made[0].json()["id"] == made[1].json()["id"]
    problem(admin.post("/users", {**wanted, "name": "aNA"}), 409, "name-taken")
    ana = Client(server, "ana")
    problem(ana.get("/users"), 403, "denied")
    path = f"/users/{made[0].json()['id']}"
    assert admin.patch(path, {"admin": True}).json()["admin"] is True and ana.get("/users").status == 200
    assert admin.patch(path, {"admin": False, "disabled": True}).json()["disabled"] is True
    problem(ana.get("/me"), 401, "unauthenticated")
    assert Client(server).post("/auth/token", {"grant_type": "password", "username": "ana", "password": PASSWORD}).status == 400
    assert admin.patch(path, {"disabled": False, "password": OTHER}).status == 200
    assert Client(server).post("/auth/token", {"grant_type": "password", "username": "ana", "password": OTHER}).status == 200
    me = admin.get("/me").json()["id"]
    for change in [{"admin": False}, {"disabled": True}]:
        problem(admin.patch(f"/users/{me}", change), 409, "conflict")
    problem(admin.patch("/users/user_01h455vb4pex5vsknk084sn02q", {"admin": True}), 404, "not-found")
    problem(admin.patch(path, {"quota_bytes": -1}), 400, "invalid-input")


def test_a_change_of_a_user_is_made_whole_or_not_at_all(serve):
    server = serve()
    add_user(server.data, "root", "--admin")
    admin = Client(server, "root")
    path = f"/users/{admin.post('/users', {'name': 'ana', 'password': PASSWORD}).json()['id']}"
    assert admin.patch(path, {"disabled": True}).status == 200
    refused = admin.patch(path, {"disabled": False, "quota_bytes": 5, "password": "short"})
    assert problem(refused, 400, "invalid-input")["errors"][0]["pointer"] == "password"
    user = admin.get(path).json()
    assert user["disabled"] is True and "quota_bytes" not in user["space"]
    key = {"Idempotency_Key": "once"}
    assert admin.post("/users", {"name": "ben", "password": PASSWORD}, **key).status == 201
    problem(admin.post("/users", {"name": "ben", "password": PASSWORD, "admin": True}, **key), 422, "idempotency-key-reused")


def test_people_are_listed_by_name_in_pages(serve):
    server = serve()
    add_user(server.data, "root", "--admin")
    admin = Client(server, "root")
    for name in ["zoe", "Bea", "ana", "carl"]:
        admin.post("/users", {"name": name, "password": PASSWORD})
    names, path = [], "/users?limit=2"
    while path:
        page = admin.get(path).json()
        names += [user["name"] for user in page["items"]]
        path = "next_cursor" in page and f"/users?limit=2&cursor={page['next_cursor']}"
    assert names == ["ana", "Bea", "carl", "root", "zoe"]
    problem(admin.get("/users?cursor=%21"), 400, "invalid-input")


def test_a_user_who_is_removed_is_gone_at_once_and_leaves_nothing(serve, cairn, data):
    server = serve("--set", "jobs.poll=10ms", "--set", "jobs.step_rows=10")
    add_user(data, "root", "--admin")
    root = Client(server, "root")
    person = root.post("/users", {"name": "ben", "password": PASSWORD}).json()
    ben = Client(server, "ben")
    for i in range(30):
        ben.file(ben.folder(ben.root, f"folder {i}")["id"], "a file")
    ben.delete(f"/nodes/{ben.file(ben.root, 'thrown away')['id']}")
    file = ben.file(ben.root, "last")["id"]

    refused = root.delete(f"/users/{person['id']}")
    assert problem(refused, 400, "invalid-input")["errors"][0]["pointer"] == "files"
    problem(root.delete(f"/users/{person['id']}?files=keep"), 400, "invalid-input")
    problem(root.delete("/users/user_01h455vb4pex5vsknk084sn02q?files=delete"), 404, "not-found")
    assert ben.get(f"/nodes/{file}").status == 200, "nothing has changed by then"

    key = {"Idempotency_Key": "remove-ben"}
    answer = root.delete(f"/users/{person['id']}?files=delete", **key)
    assert answer.status == 202
    job = answer.json()["job"]["id"]
    assert answer.headers["Location"] == f"/api/v1/jobs/{job}"
    assert root.delete(f"/users/{person['id']}?files=delete", **key).json()["job"]["id"] == job
    problem(ben.get(f"/nodes/{file}"), 401, "unauthenticated")
    problem(Client(server).post("/session", {"name": "ben", "password": PASSWORD}), 401, "unauthenticated")
    problem(root.get(f"/users/{person['id']}"), 404, "not-found")
    assert [user["name"] for user in root.get("/users").json()["items"]] == ["root"]
    ended = root.get(f"/jobs/{job}?wait=60").json()
    assert (ended["state"], ended["progress"]) == ("done", {"left_bytes": 0})

    another = root.post("/users", {"name": "Ben", "password": PASSWORD})
    assert another.status == 201 and another.json()["id"] != person["id"]
    assert Client(server, "Ben").get("/spaces/home").json()["used_bytes"] == 0
    assert server.stop() == 0
    told = cairn("fsck", "--deep", "--data", data)
    assert told.returncode == 0, told.stdout


def test_nobody_removes_themselves_nor_the_last_administrator(serve, data):
    server = serve()
    add_user(data, "root", "--admin")
    root = Client(server, "root")
    myself = root.get("/me").json()["id"]
    refused = root.delete(f"/users/{myself}?files=delete")
    assert "Another administrator can." in problem(refused, 409, "conflict")["detail"]
    second = root.post("/users", {"name": "second", "password": PASSWORD, "admin": True}).json()["id"]
    assert root.delete(f"/users/{second}?files=delete").status == 202
    assert root.get("/me").status == 200
