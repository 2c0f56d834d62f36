"""Drives the real program: each test gets a data directory of its own and servers on free ports, all of which end with it."""

import base64
import dataclasses
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.parse

import pytest

PROGRAM = pathlib.Path(os.environ["PROGRAM_UNDER_TEST"])
PATIENCE = 60  # seconds; a wait that takes longer is a failure, not a slow machine
IS_RELEASE = "release" in PROGRAM.parts


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


class Server:
    """A running `cairn serve`."""

    def __init__(self, data: pathlib.Path, arguments: list[str], log: pathlib.Path, prefix: list[str]):
        self.data = data
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [*prefix, PROGRAM, "serve", "--data", data, "--set", "metrics.listen=http://127.0.0.1:0"]
                + ([] if "--listen" in arguments else ["--listen", "http://127.0.0.1:0"])
                + arguments,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.first_line = self.process.stdout.readline()
        if not self.first_line.startswith("cairn is ready at "):
            self.process.kill()
            self.wait()
            pytest.fail(f"it said: {self.first_line!r} {log.read_text()!r}")
        self.address = self.first_line.removeprefix("cairn is ready at ").split()[0]

    def request(
        self, method: str, path: str, headers: dict | None = None, address: str | None = None, body: bytes | None = None
    ) -> Answer:
        host = urllib.parse.urlsplit(address or self.address)
        connection = http.client.HTTPConnection(host.hostname, host.port, timeout=PATIENCE)
        try:
            chunked = (headers or {}).get("Transfer-Encoding") == "chunked"
            connection.request(method, path, body=body, headers=headers or {}, encode_chunked=chunked)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **rest) -> Answer:
        return self.request("GET", path, **rest)

    def admin(self, path: str):
        """What the admin socket answers, as JSON."""
        connection = http.client.HTTPConnection("localhost", timeout=PATIENCE)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect((self.data / "run/admin").read_text().strip())
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def events(self, name: str) -> list[dict]:
        """The lines of its log about one kind of event."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    @property
    def metrics_address(self) -> str:
        return self.events("server.ready")[-1]["metrics"]

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code."""
        self.send(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code


PASSWORD = "correct horse battery"


class Client:
    """Somebody who talks to the API: with a token, once signed in."""

    def __init__(self, server: Server, name: str | None = None, password: str = PASSWORD):
        self.server = server
        self.headers = {}
        if name:
            self.sign_in(name, password)

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        self.tokens = self.post("/auth/token", {"grant_type": "password", "username": name, "password": password}).json()
        self.headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def send(self, method: str, path: str, body=None, headers: dict | None = None) -> Answer:
        """`body` is sent as it is if it is bytes, else as JSON; the path is one of the API, or begins with a slash twice."""
        headers = {**self.headers, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        return self.server.request(method, path[1:] if path.startswith("//") else "/api/v1" + path, headers, body=body)

    def get(self, path: str, **headers) -> Answer:
        return self.send("GET", path, headers=dashed(headers))

    def post(self, path: str, body=None, **headers) -> Answer:
        return self.send("POST", path, body, dashed(headers))

    def put(self, path: str, body=b"", **headers) -> Answer:
        return self.send("PUT", path, body, dashed(headers))

    def patch(self, path: str, body=None, **headers) -> Answer:
        return self.send("PATCH", path, body, dashed(headers))

    def delete(self, path: str, **headers) -> Answer:
        return self.send("DELETE", path, headers=dashed(headers))

    # What most tests begin with.
    @property
    def root(self) -> str:
        return self.get("/spaces/home").json()["root_id"]

    def folder(self, parent: str, name: str) -> dict:
        answer = self.post(f"/nodes/{parent}/children", {"kind": "folder", "name": name})
        assert answer.status == 201, answer.body
        return answer.json()

    def file(self, parent: str, name: str, content: bytes = b"content") -> dict:
        answer = self.put(f"/nodes/{parent}/children/{urllib.parse.quote(name, safe='')}", content)
        assert answer.status == 201, answer.body
        return answer.json()

    def names(self, folder: str) -> list[str]:
        return [item["name"] for item in self.get(f"/nodes/{folder}/children?limit=1000").json()["items"]]

    def content(self, node: str, **headers) -> bytes:
        return self.get(f"/nodes/{node}/content", **headers).body


def problem(answer: Answer, status: int, kind: str) -> dict:
    """What it says; it must be that problem."""
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == f"/problems/{kind}", told
    assert told["status"] == status and told["detail"] and told["request_id"] == answer.headers["X-Request-Id"]
    return told


def temporaries(server: Server) -> list[pathlib.Path]:
    """What is being written just now, or was left behind."""
    return [path for path in (server.data / "content").rglob("*") if path.name.startswith(".tmp-")]


def metadata(**values: str) -> str:
    """As tus writes it."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def dashed(headers: dict) -> dict:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def add_user(data: pathlib.Path, name: str, *flags: str, password: str = PASSWORD) -> None:
    run = subprocess.run(
        [PROGRAM, "user", "add", name, *flags, "--data", data], input=password + "\n", text=True, capture_output=True, timeout=PATIENCE
    )
    assert run.returncode == 0, run.stderr


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """One running server for all tests that share it peacefully: ana is an administrator, ben is not."""
    folder = tmp_path_factory.mktemp("house")
    server = Server(folder / "data", ["--set", "passwords.network_guesses=1000000"], folder / "server.log", [])
    add_user(server.data, "ana", "--admin")
    add_user(server.data, "ben")
    yield server
    assert server.stop() == 0, server.log.read_text()


@pytest.fixture(scope="session")
def ana(house) -> Client:
    return Client(house, "ana")


@pytest.fixture(scope="session")
def ben(house) -> Client:
    return Client(house, "ben")


@pytest.fixture
def room(ana, request) -> str:
    """A folder of ana's that this test has for itself."""
    return ana.folder(ana.root, f"{request.node.originalname}-{time.monotonic_ns()}")["id"]


@pytest.fixture
def data(tmp_path) -> pathlib.Path:
    return tmp_path / "data"


@pytest.fixture
def serve(data, tmp_path):
    """Starts servers; those still running when the test ends are killed, and must have been clean until then."""
    servers = []

    def start(*arguments: str, on: pathlib.Path = data, prefix: tuple[str, ...] = ()) -> Server:
        servers.append(Server(on, list(arguments), tmp_path / "server.log", list(prefix)))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            assert server.stop() == 0, server.log.read_text()


@pytest.fixture
def cairn():
    """Runs a command to its end."""

    def run(*arguments, environment: dict | None = None, input: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            capture_output=True,
            text=True,
            input=input,
            timeout=PATIENCE,
            env={**os.environ, **(environment or {})},
        )

    return run


def wait_until(condition, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"never: {what}"
        time.sleep(0.01)  # between looks at what only the other process knows
