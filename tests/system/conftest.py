"""Drives the real program: each test gets a data directory of its own and servers on free ports, all of which end with it."""

import dataclasses
import http.client
import json
import os
import pathlib
import signal
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
                [*prefix, PROGRAM, "serve", "--data", data, "--listen", "http://127.0.0.1:0", "--set", "metrics.listen=http://127.0.0.1:0"]
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

    def request(self, method: str, path: str, headers: dict | None = None, address: str | None = None) -> Answer:
        host = urllib.parse.urlsplit(address or self.address)
        connection = http.client.HTTPConnection(host.hostname, host.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **rest) -> Answer:
        return self.request("GET", path, **rest)

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
