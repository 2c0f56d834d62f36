"""Cairn and its peers as benchmarks start them, and what they ask of a running process. No benchmark of its own."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse

BUILD = pathlib.Path(__file__).parents[1] / "build/release"
PASSWORD = "benchmarks are no secret"
PATIENCE = 60
TOKEN_AGE = 240  # seconds; an access token is good for 600
FILES = "/api/v1/files/home"

NGINX = """
{user} daemon off; worker_processes auto; pid {dir}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/octet-stream; client_max_body_size 0; sendfile on; tcp_nopush on;
  client_body_temp_path {dir}/www/put-body; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{
    listen 127.0.0.1:{port} reuseport; root {dir}/www;
    location = /file-65536 {{ tcp_nopush off; }}  # what fits one packet waits for company else: a fifth of the rate over one connection
    location /json {{ default_type application/json; return 200 '{{"status":"live"}}'; }}
    location /list/ {{ autoindex on; autoindex_format json; }}
    location /put/ {{ dav_methods PUT; create_full_put_path on; }}
  }}
  server {{ listen 127.0.0.1:{copying_port} reuseport; root {dir}/www; sendfile off; }}
  server {{
    listen 127.0.0.1:{tls_port} ssl reuseport; root {dir}/www; ssl_protocols TLSv1.3;
    ssl_certificate {dir}/certificate.pem; ssl_certificate_key {dir}/key.pem;
  }}
}}
"""


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def processes_of(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def processor_seconds(pid: int) -> float:
    """Of a process and its children, to the nanosecond that the scheduler counts."""
    total = 0
    for process in processes_of(pid):
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def status_mib(pid: int, field: str) -> float:
    """VmRSS or VmHWM of a process."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", text).group(1)) / 1024


def forget_peak(pid: int) -> None:
    """The highest resident memory counts from now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


class Client:
    """One keep-alive connection, for what is set up before a measurement."""

    def __init__(self, address: str, token: str | None = None):
        host = urllib.parse.urlsplit(address)
        self.connection = http.client.HTTPConnection(host.hostname, host.port, timeout=PATIENCE)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method: str, path: str, body=None, headers: dict | None = None) -> tuple[http.client.HTTPMessage, bytes]:
        self.connection.request(method, path, body=body, headers=self.headers | (headers or {}))
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {read[:500]!r}")
        return answer.headers, read

    def json(self, method: str, path: str, value=None) -> dict:
        body = None if value is None else json.dumps(value).encode()
        return json.loads(self.request(method, path, body, {"Content-Type": "application/json"})[1])


class Process:
    """A server that is stopped when its `with` ends, however that is."""

    process: subprocess.Popen

    @property
    def pid(self) -> int:
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @contextlib.contextmanager
    def stopped_if_it_fails(self):
        """While it starts."""
        try:
            yield
        except BaseException:
            self.__exit__()
            raise


class Cairn(Process):
    """A release build with one administrator, on HTTP and HTTPS, embedded as it comes."""

    def __init__(self, directory: pathlib.Path, *settings: str, program: pathlib.Path = BUILD / "cairn"):
        self.data = directory / "data"
        password = directory / "password"
        password.write_text(PASSWORD + "\n")
        subprocess.run(
            [BUILD / "cairn", "user", "add", "ana", "--admin", "--data", self.data, "--password-file", password],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.log = directory / "cairn.log"
        [self.metrics_port] = free_ports(1)
        flags = [flag for setting in settings for flag in ("--set", setting)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--data", self.data, "--listen", "http://127.0.0.1:0", "--listen", "https://127.0.0.1:0",
                 "--set", f"metrics.listen=http://127.0.0.1:{self.metrics_port}", *flags],
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        with self.stopped_if_it_fails():
            addresses = self.process.stdout.readline().split()[4:]
            if len(addresses) != 2:
                raise RuntimeError(self.log.read_text())
            self.plain, self.tls = addresses
            self.signed_in_at = -TOKEN_AGE
            self.root = self.client().json("GET", "/api/v1/spaces/home")["root_id"]

    @property
    def token(self) -> str:
        """Good for some minutes more."""
        if time.monotonic() - self.signed_in_at > TOKEN_AGE:
            wanted = {"grant_type": "password", "username": "ana", "password": PASSWORD}
            self.access_token = Client(self.plain).json("POST", "/api/v1/auth/token", wanted)["access_token"]
            self.signed_in_at = time.monotonic()
        return self.access_token

    def client(self) -> Client:
        return Client(self.plain, self.token)

    def put(self, name: str, source: pathlib.Path) -> None:
        """Serves a copy of a file as FILES/name."""
        with source.open("rb") as body:
            self.client().request("PUT", f"{FILES}/{name}", body, {"Content-Length": str(source.stat().st_size)})

    def metrics(self) -> str:
        return Client(f"http://127.0.0.1:{self.metrics_port}").request("GET", "/metrics")[1].decode()

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        return sum(map(float, re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.metrics(), re.MULTILINE)))

    def buckets(self, name: str) -> dict[float, float]:
        """How many values of a histogram were at most so large."""
        found = re.findall(rf'^{name}_bucket{{.*le="([^"]+)"}} (\S+)$', self.metrics(), re.MULTILINE)
        return {float(bound.replace("+Inf", "inf")): float(count) for bound, count in found}


class Nginx(Process):
    """Static files by sendfile (`plain`), by copying (`copying`), over TLS (`tls`), and PUT below /put/."""

    def __init__(self, directory: pathlib.Path):
        self.root = directory / "www"
        for name in ("put", "list"):
            (self.root / name).mkdir(parents=True)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=localhost",
             "-keyout", directory / "key.pem", "-out", directory / "certificate.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        ports = free_ports(3)
        config = directory / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not write
        config.write_text(NGINX.format(user=user, dir=directory, port=ports[0], copying_port=ports[1], tls_port=ports[2]))
        self.process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-p", directory])
        self.plain, self.copying, self.tls = (f"{kind}://127.0.0.1:{port}" for kind, port in zip(("http", "http", "https"), ports))
        with self.stopped_if_it_fails():
            wait_for_port(self.process, ports[2])

    def put(self, name: str, source: pathlib.Path) -> None:
        """Serves a copy of a file as /name."""
        shutil.copyfile(source, self.root / name)


def wait_for_port(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), PATIENCE):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nothing listens on port {port}")
        time.sleep(0.01)


def random_file(path: pathlib.Path, size: int) -> pathlib.Path:
    """A file of that size, on the disk when this ends."""
    with path.open("wb") as file:
        for _ in range(0, size, 1 << 20):
            file.write(os.urandom(min(size, 1 << 20)))
        os.fsync(file.fileno())
    return path


# For wrk. Each of its threads has its own interpreter; `round` makes the names of one run differ from those of the others.
NAMES = """
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local count = 0
local function name() count = count + 1; return string.format("{round}-%d-%d", id, count) end
"""
PUTS = NAMES + """
local body = string.rep("x", {size})
function request() return wrk.format("PUT", wrk.path .. name(), nil, body) end
"""


@contextlib.contextmanager
def scratch():
    """A directory on the disk of the checkout: a temporary file system in memory would sync nothing."""
    parent = BUILD.parent / "bench"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as name:
        yield pathlib.Path(name)


class Load:
    """What a run of wrk has moved, and what it cost the server."""

    UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}

    def __init__(self, pid: int, address: str, connections: int, seconds: int, token: str | None = None, script: pathlib.Path | None = None):
        threads = min(connections, 2)
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{PATIENCE}s"]
        command += ["-H", f"Authorization: Bearer {token}"] if token else []
        command += ["-s", script] if script else []
        before, own_before = processor_seconds(pid), resource.getrusage(resource.RUSAGE_CHILDREN)
        text = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor_seconds = processor_seconds(pid) - before
        if "Non-2xx" in text or "Socket errors" in text:
            raise RuntimeError(text)
        count, took, amount, unit = re.search(r"(\d+) requests in ([\d.]+)s, ([\d.]+)(\w+) read", text).groups()
        self.requests = int(count)
        self.seconds = float(took)
        self.bytes = float(amount) * self.UNITS[unit]
        client_seconds = own.ru_utime + own.ru_stime - own_before.ru_utime - own_before.ru_stime
        self.is_client_bound = client_seconds > 0.9 * threads * self.seconds  # faster than this load asks it is not known to be

    @property
    def request_rate(self) -> float:
        return self.requests / self.seconds

    @property
    def byte_rate(self) -> float:
        return self.bytes / self.seconds

    @property
    def seconds_per_request(self) -> float:
        return self.processor_seconds / max(self.requests, 1)

    @property
    def seconds_per_gib(self) -> float:
        return self.processor_seconds / self.bytes * 2**30


def median_ratio(pairs: list[tuple[float, float]]) -> float:
    """The median over rounds of ours to theirs."""
    return statistics.median(ours / theirs for ours, theirs in pairs)
