"""Every route with every kind of principal: who may, and who may not.

The server itself says which routes there are, so that a new one without a row here fails."""

import dataclasses
import time
from collections.abc import Callable

import pytest
from conftest import PASSWORD, Client, add_user, metadata

# What a principal may expect of a route, given a thing of the owner's.
ANYONE = {"nobody": True, "ended": True, "stranger": True, "administrator": True, "owner": True}
ONESELF = {"nobody": 401, "ended": 401, "stranger": True, "administrator": True, "owner": True}
OWNER = {"nobody": 401, "ended": 401, "stranger": 404, "administrator": 404, "owner": True}
ADMIN = {"nobody": 401, "ended": 401, "stranger": 403, "owner": 403, "administrator": True}


@dataclasses.dataclass
class Row:
    who: dict
    path: Callable[["World"], str] = lambda world: ""  # empty: the route's own
    body: object = None
    fine: tuple = (200, 201, 202, 204)  # what those who may are answered
    headers: dict = dataclasses.field(default_factory=dict)


class World:
    """A server with the five, and fresh things of the owner's for each question."""

    def __init__(self, server):
        self.server = server
        add_user(server.data, "root", "--admin")
        add_user(server.data, "owner")
        add_user(server.data, "stranger")
        self.people = {
            "nobody": Client(server),
            "ended": Client(server, "owner"),
            "stranger": Client(server, "stranger"),
            "administrator": Client(server, "root"),
            "owner": Client(server, "owner"),
        }
        ended = self.people["ended"]
        assert ended.post("/auth/revoke", {"token": ended.tokens["refresh_token"]}).status == 200
        self.owner = self.people["owner"]
        self.root = self.owner.root
        self.space = self.owner.get("/spaces/home").json()["id"]

    def name(self) -> str:
        return f"n{time.monotonic_ns()}"

    def folder(self) -> str:
        return self.owner.folder(self.root, self.name())["id"]

    def file(self) -> str:
        return self.owner.file(self.root, self.name())["id"]

    def trashed(self) -> str:
        node = self.file()
        assert self.owner.delete(f"/nodes/{node}").status == 204
        return node

    def job(self) -> str:
        self.trashed()
        return self.owner.delete("/spaces/home/trash").json()["job"]["id"]

    def upload(self) -> str:
        answer = self.owner.post("/uploads", Tus_Resumable="1.0.0", Upload_Length="5", Upload_Metadata=metadata(name=self.name()))
        assert answer.status == 201, answer.body
        return answer.json()["id"]

    def session(self) -> str:
        Client(self.server, "owner")
        return next(s["id"] for s in self.owner.get("/me/sessions").json()["items"] if not s["current"])

    def user(self) -> str:
        return self.people["administrator"].post("/users", {"name": self.name(), "password": PASSWORD}).json()["id"]


NO_SPACE = "space_01h455vb4pex5vsknk084sn02q"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
TOKEN = {"grant_type": "password", "username": "owner", "password": PASSWORD}
TABLE = {
    ("GET", "/api/v1/setup"): Row(ANYONE),
    ("POST", "/api/v1/setup"): Row(ANYONE, body={"code": "x", "name": "x", "password": PASSWORD}, fine=(409,)),
    ("POST", "/api/v1/setup/recovery-confirmed"): Row(ADMIN),
    ("POST", "/api/v1/auth/token"): Row(ANYONE, body=TOKEN),
    ("POST", "/api/v1/auth/revoke"): Row(ANYONE, body={"token": "none"}),
    ("POST", "/api/v1/session"): Row(ANYONE, body={"name": "owner", "password": PASSWORD}),
    ("GET", "/api/v1/session"): Row(ONESELF),
    ("DELETE", "/api/v1/session"): Row(ONESELF),
    ("GET", "/api/v1/me"): Row(ONESELF),
    ("PATCH", "/api/v1/me"): Row(ONESELF, body={"display_name": "Somebody"}),
    ("PUT", "/api/v1/me/password"): Row(ONESELF, body={"current_password": PASSWORD, "new_password": PASSWORD}),
    ("GET", "/api/v1/me/sessions"): Row(ONESELF),
    ("DELETE", "/api/v1/me/sessions/{id}"): Row(OWNER, lambda world: f"/me/sessions/{world.session()}"),
    ("GET", "/api/v1/users"): Row(ADMIN),
    ("POST", "/api/v1/users"): Row(ADMIN, body=lambda world: {"name": world.name(), "password": PASSWORD}),
    ("GET", "/api/v1/users/{id}"): Row(ADMIN, lambda world: f"/users/{world.user()}"),
    ("PATCH", "/api/v1/users/{id}"): Row(ADMIN, lambda world: f"/users/{world.user()}", {"admin": True}),
    ("DELETE", "/api/v1/users/{id}"): Row(ADMIN, lambda world: f"/users/{world.user()}?files=delete"),
    ("GET", "/api/v1/spaces"): Row(ONESELF),
    ("GET", "/api/v1/spaces/{id}"): Row(OWNER, lambda world: f"/spaces/{world.space}"),
    ("GET", "/api/v1/spaces/{id}/node"): Row(OWNER, lambda world: f"/spaces/{world.space}/node?path="),
    ("GET", "/api/v1/spaces/{id}/trash"): Row(OWNER, lambda world: f"/spaces/{world.space}/trash"),
    ("DELETE", "/api/v1/spaces/{id}/trash"): Row(OWNER, lambda world: f"/spaces/{world.space}/trash"),
    ("POST", "/api/v1/trash/{id}/restore"): Row(OWNER, lambda world: f"/trash/{world.trashed()}/restore"),
    ("DELETE", "/api/v1/trash/{id}"): Row(OWNER, lambda world: f"/trash/{world.trashed()}"),
    ("GET", "/api/v1/nodes/{id}"): Row(OWNER, lambda world: f"/nodes/{world.file()}"),
    ("PATCH", "/api/v1/nodes/{id}"): Row(OWNER, lambda world: f"/nodes/{world.file()}", lambda world: {"name": world.name()}),
    ("DELETE", "/api/v1/nodes/{id}"): Row(OWNER, lambda world: f"/nodes/{world.file()}"),
    ("GET", "/api/v1/nodes/{id}/children"): Row(OWNER, lambda world: f"/nodes/{world.folder()}/children"),
    ("POST", "/api/v1/nodes/{id}/children"): Row(OWNER, lambda world: f"/nodes/{world.folder()}/children", {"kind": "folder", "name": "x"}),
    ("PUT", "/api/v1/nodes/{id}/children/{name}"): Row(OWNER, lambda world: f"/nodes/{world.folder()}/children/x", b"bytes"),
    ("POST", "/api/v1/nodes/{id}/copy"): Row(OWNER, lambda world: f"/nodes/{world.file()}/copy", lambda world: {"parent_id": world.folder()}),
    ("GET", "/api/v1/nodes/{id}/content"): Row(OWNER, lambda world: f"/nodes/{world.file()}/content"),
    ("PUT", "/api/v1/nodes/{id}/content"): Row(OWNER, lambda world: f"/nodes/{world.file()}/content", b"bytes"),
    ("GET", "/api/v1/files/{space}/{path...}"): Row(OWNER, lambda world: f"/files/{world.space}/"),
    ("PUT", "/api/v1/files/{space}/{path...}"): Row(OWNER, lambda world: f"/files/{world.space}/{world.name()}", b"bytes"),
    ("DELETE", "/api/v1/files/{space}/{path...}"): Row(
        OWNER, lambda world: f"/files/{world.space}/{world.owner.file(world.root, world.name())['name']}"
    ),
    ("OPTIONS", "/api/v1/uploads"): Row(ANYONE),
    ("OPTIONS", "/api/v1/uploads/{id}"): Row(ANYONE),
    ("GET", "/api/v1/uploads"): Row(ONESELF),
    ("POST", "/api/v1/uploads"): Row(ONESELF, headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(name="mine", on_conflict="rename")}),
    ("GET", "/api/v1/uploads/{id}"): Row(OWNER, lambda world: f"/uploads/{world.upload()}", headers=TUS),
    ("PATCH", "/api/v1/uploads/{id}"): Row(OWNER, lambda world: f"/uploads/{world.upload()}", b"bytes", headers=BYTES),
    ("POST", "/api/v1/uploads/{id}"): Row(
        OWNER, lambda world: f"/uploads/{world.upload()}", b"bytes", headers={**BYTES, "X-HTTP-Method-Override": "PATCH"}
    ),
    ("DELETE", "/api/v1/uploads/{id}"): Row(OWNER, lambda world: f"/uploads/{world.upload()}", headers=TUS),
    ("GET", "/api/v1/jobs/{id}"): Row(OWNER, lambda world: f"/jobs/{world.job()}"),
    ("DELETE", "/api/v1/jobs/{id}"): Row(OWNER, lambda world: f"/jobs/{world.job()}", fine=(202, 409)),
    ("GET", "/api/v1/openapi.json"): Row(ANYONE),
    ("GET", "/api/docs"): Row(ANYONE, lambda world: "//api/docs"),
    ("GET", "/problems/{type}"): Row(ANYONE, lambda world: "//problems/denied", fine=(303,)),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from conftest import Server

    folder = tmp_path_factory.mktemp("matrix")
    limits = ["--set", "passwords.guesses=1000", "--set", "passwords.network_guesses=1000", "--set", "jobs.poll=10ms"]
    server = Server(folder / "data", limits, folder / "log", [])
    yield World(server)
    assert server.stop() == 0


def test_every_route_has_a_row_and_says_the_same_about_who_may(world):
    routes = {(row["method"], row["path"]): row["needs"] for row in world.server.admin("/routes")}
    assert set(routes) == set(TABLE)
    for route, needs in routes.items():
        expected = {"nobody": [ANYONE], "signed in": [ONESELF, OWNER], "own account": [ONESELF, OWNER], "administrator": [ADMIN]}
        assert TABLE[route].who in expected[needs], route


@pytest.mark.parametrize("route", TABLE, ids=lambda route: f"{route[0]} {route[1]}")
def test_each_principal_may_what_it_should_and_nothing_else(world, route):
    method, pattern = route
    row = TABLE[route]
    for principal in ["nobody", "ended", "stranger", "administrator", "owner"]:
        client = world.people[principal]
        if route in [("DELETE", "/api/v1/session"), ("PUT", "/api/v1/me/password")] and row.who[principal] is True:
            client = Client(world.server, {"administrator": "root"}.get(principal, principal))  # its session ends with it
        path = row.path(world) or pattern.removeprefix("/api/v1")
        body = row.body(world) if callable(row.body) else row.body
        before = world.owner.get(f"/nodes/{world.root}/children?limit=1000").json()
        for tried in ["HEAD", method] if method == "GET" else [method]:
            answer = client.send(tried, path, body, row.headers)
            allowed = row.who[principal]
            if allowed is True:
                assert answer.status in row.fine, (principal, answer.status, answer.body)
                continue
            assert answer.status == allowed, (principal, answer.status, answer.body)
            assert tried == "HEAD" or answer.json()["type"].startswith("/problems/")
            if allowed == 404 and tried != "HEAD":  # word for word what is said of a thing that nobody has
                nowhere = path.replace(world.space, NO_SPACE)
                if nowhere != path:
                    assert client.send(tried, nowhere, body, row.headers).json()["detail"] == answer.json()["detail"]
            assert world.owner.get(f"/nodes/{world.root}/children?limit=1000").json() == before, "and nothing has changed"
        if route == ("PUT", "/api/v1/me/password") and row.who[principal] is True:
            name = {"administrator": "root"}.get(principal, principal)
            world.people[principal].sign_in(name)


def test_a_cookie_alone_changes_nothing_on_any_route(world):
    answer = Client(world.server).post("/session", {"name": "owner", "password": PASSWORD})
    cookie = (answer.headers["Set-Cookie"]).split(";")[0]
    asked = 0
    for (method, pattern), row in TABLE.items():
        if method == "GET" or row.who == ANYONE:
            continue
        path = row.path(world) or pattern.removeprefix("/api/v1")
        body = row.body(world) if callable(row.body) else row.body
        refused = Client(world.server).send(method, path, body, {**row.headers, "Cookie": cookie})
        assert refused.status == 403, (method, pattern, refused.status)
        asked += 1
    assert asked > 15
    assert Client(world.server).get("/me", Cookie=cookie).status == 200, "reading needs no more than the cookie"

