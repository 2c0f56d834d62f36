"""HTTPS, and how the server deals with what is not friendly on the wire."""

import os
import socket
import ssl
import subprocess
import threading
import urllib.parse

import pytest
from conftest import IS_RELEASE, PASSWORD, Client, add_user, wait_until


def make_certificate(folder, name: str):
    """A certificate by openssl, as an operator would bring one."""
    chain, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", chain],
        check=True,
        capture_output=True,
    )
    return chain, key


def curl(*arguments: str) -> str:
    run = subprocess.run(["curl", "-sS", "--max-time", "60", *arguments], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def shown_certificate(server) -> str:
    host = urllib.parse.urlsplit(server.address)
    return ssl.get_server_certificate((host.hostname, host.port))


def test_the_certificate_that_it_makes_itself_is_kept_and_its_fingerprint_told(serve, data):
    first = serve("--listen", "https://127.0.0.1:0")
    told = first.process.stdout.readline() + first.process.stdout.readline()
    shown = shown_certificate(first)
    folder = data / "tls"
    assert (folder / "certificate.pem").read_text() == shown and oct((folder / "key.pem").stat().st_mode)[-3:] == "600"
    digest = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=shown, text=True, capture_output=True).stdout
    assert digest.strip().split("=")[1] in told
    host = urllib.parse.urlsplit(first.address)
    page = curl("--cacert", str(folder / "certificate.pem"), f"https://127.0.0.1:{host.port}/health/live")
    assert page == '{"status":"live"}'
    first.stop()
    assert shown_certificate(serve("--listen", "https://127.0.0.1:0")) == shown


def test_another_certificate_is_taken_at_sighup_and_a_wrong_one_is_not(serve, tmp_path):
    chain, key = make_certificate(tmp_path, "one.example")
    server = serve("--listen", "https://127.0.0.1:0", "--set", f"http.certificate={chain}", "--set", f"http.certificate_key={key}")
    assert shown_certificate(server) == chain.read_text()
    fresh, fresh_key = make_certificate(tmp_path, "two.example")
    chain.write_text(fresh.read_text())
    server.send(1)
    wait_until(lambda: server.events("certificate.wrong"), "the certificate without its key is refused")
    assert shown_certificate(server) != fresh.read_text()
    key.write_text(fresh_key.read_text())
    server.send(1)
    wait_until(lambda: server.events("certificate.loaded"), "the new one is taken")
    assert shown_certificate(server) == fresh.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "http.certificate=/nonexistent"], "are set together"),
        (["--set", "http.certificate=/nonexistent", "--set", "http.certificate_key=/nonexistent"], "http.certificate"),
        (["--listen", "http://0.0.0.0:0"], "https://"),
    ],
)
def test_what_would_not_be_safe_is_refused_at_the_start(cairn, data, arguments, message):
    run = cairn("serve", "--data", data, "--listen", "https://127.0.0.1:0", *arguments)
    assert run.returncode != 0 and message in run.stderr


def test_cookies_over_https_are_bound_to_it(serve, data):
    server = serve("--listen", "https://127.0.0.1:0")
    add_user(data, "ana", "--admin")
    answer = curl("-k", "-i", f"{server.address}/api/v1/session", "--json", f'{{"name":"ana","password":"{PASSWORD}"}}')
    cookies = [line for line in answer.splitlines() if line.lower().startswith("set-cookie")]
    assert len(cookies) == 2 and all("__Host-cairn" in line and "Secure" in line and "HttpOnly" in line for line in cookies)


def test_large_files_go_through_tls_both_ways_and_memory_stays_small(serve, data, tmp_path):
    server = serve("--listen", "https://127.0.0.1:0")
    add_user(data, "ana", "--admin")
    sent = tmp_path / "sent"
    sent.write_bytes(os.urandom(1 << 20) * 64)
    token = curl("-k", f"{server.address}/api/v1/auth/token", "-d", "grant_type=password", "-d", "username=ana", "--data-urlencode", f"password={PASSWORD}")
    header = f"Authorization: Bearer {token.split('access_token')[1].split(chr(34))[2]}"
    before = resident(server)
    curl("-k", "-H", header, "-T", str(sent), f"{server.address}/api/v1/files/home/big")
    curl("-k", "-H", header, "-o", str(tmp_path / "got"), f"{server.address}/api/v1/files/home/big")
    assert (tmp_path / "got").read_bytes() == sent.read_bytes()
    if IS_RELEASE:  # sanitizers keep memory of their own
        assert peak(server) - before < 20 << 20


def resident(server) -> int:
    return proc_status(server, "VmRSS")


def peak(server) -> int:
    return proc_status(server, "VmHWM")


def proc_status(server, field: str) -> int:
    """Bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith(field))


class Raw:
    """Sends bytes as they are."""

    def __init__(self, server):
        host = urllib.parse.urlsplit(server.address)
        self.socket = socket.create_connection((host.hostname, host.port), timeout=60)

    def ask(self, *pieces: bytes) -> bytes:
        """All that comes until the server closes."""
        got = b""
        try:
            for piece in pieces:
                self.socket.sendall(piece)
            while piece := self.socket.recv(65536):
                got += piece
        except ConnectionError:
            pass
        self.socket.close()
        return got


# Two servers that read one of these in two ways could be made to take a part of one request for another: request smuggling.
HOSTILE = [
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\n\r\nhello",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\t\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/session HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
    b"GET /health/live HTTP/1.1\nHost: a\n\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nX\x00Y: b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nX: b\x00c\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    b"GET /health/live HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
    b"GET  /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live  HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live\tHTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/1.1 \r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/2.0\r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/1.9\r\nHost: a\r\n\r\n",
    b"GET /health/live HTTP/1\r\nHost: a\r\n\r\n",
    b"GET /health/live http/1.1\r\nHost: a\r\n\r\n",
    b"GET /health/live\r\n\r\n",
    b"get /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET http://b/health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 101 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
]
SECOND = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: smuggled\r\n\r\n"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda request: repr(request[:60]))
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_ends_the_connection(house, hostile):
    before = count(house)
    answer = Raw(house).ask(hostile + SECOND)
    assert answer[:13] in (b"HTTP/1.1 400 ", b"HTTP/1.1 414 ", b"HTTP/1.1 417 ", b"HTTP/1.1 431 ", b"HTTP/1.1 501 ", b"HTTP/1.1 505 "), answer[:200]
    assert answer.count(b"X-Request-Id: ") == 1 and b"Connection: close" in answer
    assert count(house) - before <= 1, "what came behind it was no request"


def count(server) -> int:
    text = server.get("/metrics", address=server.metrics_address).body.decode()
    return int(next(float(line.split()[1]) for line in text.splitlines() if line.startswith('cairn_http_requests_total{server="public"}')))


def test_a_body_that_is_longer_or_shorter_than_announced_is_not_kept(house, ana, room):
    path = f"/api/v1/nodes/{room}/children/f"
    head = f"PUT {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\n"
    short = Raw(house)
    short.socket.sendall(f"{head}Content-Length: 1000\r\n\r\nonly this".encode())
    short.socket.shutdown(socket.SHUT_WR)
    assert b" 201 " not in short.ask()
    assert ana.names(room) == []
    longer = Raw(house).ask(f"{head}Connection: close\r\nContent-Length: 4\r\n\r\nfour and more".encode())
    assert b" 201 " in longer and ana.content(ana.get(f"/nodes/{room}/children").json()["items"][0]["id"]) == b"four"
    broken = Raw(house).ask(f"{head.replace('/f ', '/g ')}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n".encode())
    assert b" 400 " in broken and ana.names(room) == ["f"]


def test_slow_clients_are_shown_the_door_while_others_are_served(serve):
    server = serve("--set", "http.head_timeout=200ms", "--set", "http.body_timeout=300ms", "--set", "http.idle_timeout=400ms")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    slow_head, idle, slow_body = Raw(server), Raw(server), Raw(server)
    slow_head.socket.sendall(b"GET / HTTP/1.1\r\nHo")
    head = f"PUT /api/v1/files/home/f HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\nContent-Length: 100\r\n\r\n"
    slow_body.socket.sendall(head.encode() + b"some")
    assert ana.get("/me").status == 200
    assert slow_head.ask() == b"" and idle.ask() == b"" and b" 201 " not in slow_body.ask()
    assert ana.get("/me").status == 200 and ana.names(ana.root) == []


def test_many_slow_connections_do_not_keep_anyone_out(serve):
    server = serve("--set", "http.idle_timeout=60s")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    slow = [Raw(server) for _ in range(500)]
    for connection in slow:
        connection.socket.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
    for _ in range(20):
        assert ana.get("/me").status == 200
    for connection in slow:
        connection.socket.close()


def test_a_stopping_server_finishes_what_it_was_asked(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    connection = Raw(server)
    head = f"PUT /api/v1/files/home/f HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
    connection.socket.sendall(head.encode())
    assert connection.socket.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n", "its handler waits for the body"
    connection.socket.sendall(b"01234")
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    wait_until(lambda: server.events("server.stopping"), "it stops")
    answer = connection.ask(b"56789")
    stopping.join()
    assert b" 201 " in answer and b"Connection: close" in answer and server.process.returncode == 0
