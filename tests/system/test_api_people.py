"""Signing in, sessions and one's own account over the API."""

import json
import os
import socket
import stat
import threading
import time
import urllib.parse

import pytest
from conftest import PASSWORD, Client, add_user, problem, wait_until

OTHER = "another long passphrase"


class Browser(Client):
    """A browser: it has a cookie jar and says where its page is from."""

    def __init__(self, server):
        super().__init__(server)
        self.cookies = {}
        self.csrf = None

    def send(self, method, path, body=None, headers=None):
        fields = {"Origin": self.server.address, "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf and method not in ("GET", "HEAD"):
            fields["X-CSRF-Token"] = self.csrf
        answer = super().send(method, path, body, {**fields, **(headers or {})})
        for field in answer.headers.get_all("Set-Cookie") or []:
            name, value = field.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def enter(self, name, password=PASSWORD):
        answer = self.post("/session", {"name": name, "password": password})
        if answer.status == 200:
            self.csrf = answer.json()["csrf_token"]
        return answer


# The first start


def test_the_first_person_comes_in_by_the_setup_code_and_nobody_after(serve):
    server = serve()
    code_file = server.data / "setup-code"
    assert stat.S_IMODE(code_file.stat().st_mode) == 0o600
    code = code_file.read_text().strip()
    assert code not in server.first_line and code not in server.log.read_text()
    someone = Client(server)
    assert someone.get("/setup").json() == {"needed": True}
    wanted = {"code": code, "name": "ana", "password": PASSWORD}
    assert problem(someone.post("/setup", {**wanted, "code": "00000"}), 403, "denied")["errors"][0]["pointer"] == "code"
    assert problem(someone.post("/setup", {**wanted, "password": "short"}), 400, "invalid-input")["errors"][0]["pointer"] == "password"
    assert problem(someone.post("/setup", {**wanted, "name": "-"}), 400, "invalid-input")
    made = someone.post("/setup", {**wanted, "code": code.upper().replace("-", "")})
    assert made.status == 201 and made.json()["admin"] is True
    assert not code_file.exists() and someone.get("/setup").json() == {"needed": False}
    problem(someone.post("/setup", {**wanted, "name": "eve"}), 409, "conflict")
    server.stop()
    server = serve()
    assert not code_file.exists() and Client(server, "ana").get("/me").json()["name"] == "ana"


def test_two_who_know_the_code_do_not_both_become_administrators(serve):
    server = serve()
    code = (server.data / "setup-code").read_text().strip()
    statuses = []

    def set_up(name):
        statuses.append(Client(server).post("/setup", {"code": code, "name": name, "password": PASSWORD}).status)

    threads = [threading.Thread(target=set_up, args=(f"user{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses).count(201) == 1 and set(statuses) <= {201, 403, 409}
    keys = [path for path in (server.data / "keys").iterdir() if path.name != "master-id"]
    assert len(keys) == 1, "the keys of those who came too late are gone"


# Tokens


def test_a_refresh_token_works_once_and_its_reuse_ends_the_session(house):
    client = Client(house, "ben")
    first = client.tokens["refresh_token"]
    form = urllib.parse.urlencode({"grant_type": "refresh_token", "refresh_token": first}).encode()
    second = client.send("POST", "/auth/token", form, {"Content-Type": "application/x-www-form-urlencoded"}).json()
    assert second["token_type"] == "Bearer" and second["expires_in"] == 600
    third = client.post("/auth/token", {"grant_type": "refresh_token", "refresh_token": second["refresh_token"]}).json()
    reused = client.post("/auth/token", {"grant_type": "refresh_token", "refresh_token": first})
    assert reused.status == 400 and reused.json()["error"] == "invalid_grant"
    assert client.post("/auth/token", {"grant_type": "refresh_token", "refresh_token": third["refresh_token"]}).status == 400
    wait_until(lambda: client.get("/me").status == 401, "the access token of the ended session works no more")


def test_a_revoked_token_ends_its_session_at_once(house):
    for which in ["access_token", "refresh_token"]:
        client = Client(house, "ben")
        assert client.get("/me").status == 200
        assert client.post("/auth/revoke", {"token": client.tokens[which]}).status == 200
        problem(client.get("/me"), 401, "unauthenticated")
        assert client.post("/auth/revoke", {"token": client.tokens[which]}).status == 200, "again is no error"
    assert Client(house).post("/auth/revoke", {"token": "nonsense"}).status == 200


def test_what_is_no_token_lets_nobody_in(house):
    token = Client(house, "ben").tokens["access_token"]
    header, claims, signature = token.split(".")
    for wrong in ["", "nonsense", f"{header}.{claims}.{signature[:20]}{chr(65 + (signature[20] == chr(65)))}{signature[21:]}", f"{header}.{claims}.", f"eyJhbGciOiJub25lIn0.{claims}.", f"{header}.{signature}.{claims}", token + "x"]:
        answer = Client(house).get("/me", Authorization=f"Bearer {wrong}")
        problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    problem(Client(house).get("/me", Authorization="Basic YW5hOng="), 401, "unauthenticated")


def test_wrong_names_and_passwords_are_answered_alike(house):
    answers = [
        Client(house).post("/auth/token", {"grant_type": "password", "username": name, "password": password})
        for name, password in [("ben", "wrong password"), ("nobody", PASSWORD), ("x" * 1000, PASSWORD)]
    ]
    told = [{key: value for key, value in answer.json().items() if key != "request_id"} for answer in answers]
    assert told[0] == told[1] == told[2] and told[0]["error"] == "invalid_grant" and told[0]["type"] == "/problems/invalid-grant"
    unknown = Client(house).post("/auth/token", {"grant_type": "magic"})
    assert unknown.status == 400 and unknown.json()["error"] == "unsupported_grant_type"


def test_guessing_comes_to_an_end_and_says_when_to_go_on(serve):
    server = serve("--set", "passwords.guesses=3")
    add_user(server.data, "ana", "--admin")
    guesses = [Client(server).post("/session", {"name": "ana", "password": f"guess number {i}"}) for i in range(5)]
    assert [guess.status for guess in guesses] == [401, 401, 401, 429, 429]
    assert [guess.headers["RateLimit"].split(";t=")[0] for guess in guesses] == [f'"login";r={left}' for left in (2, 1, 0, 0, 0)]
    assert {guess.headers["RateLimit-Policy"] for guess in guesses} == {'"login";q=3;w=180'}
    assert 120 < int(guesses[-1].headers["RateLimit"].split(";t=")[1]) <= 180
    problem(guesses[-1], 429, "too-many-attempts")
    assert 0 < int(guesses[-1].headers["Retry-After"]) <= 60
    problem(Client(server).post("/session", {"name": "ana", "password": PASSWORD}), 429, "too-many-attempts")


def test_a_right_password_costs_nothing_and_other_requests_have_no_budget(serve):
    server = serve("--set", "passwords.guesses=3")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    for _ in range(5):
        entered = Client(server).post("/session", {"name": "ana", "password": PASSWORD})
        assert entered.status == 200 and entered.headers["RateLimit"] == '"login";r=3;t=0'
    changed = ana.put("/me/password", {"current_password": "another one", "new_password": "three words that fit"})
    assert changed.status == 403 and changed.headers["RateLimit"].startswith('"session";r=2;')
    tokens = Client(server).post("/auth/token", {"grant_type": "password", "username": "ana", "password": "wrong"})
    assert tokens.status == 400 and tokens.headers["RateLimit"].startswith('"login";r=2;')
    assert "RateLimit" not in ana.get("/me").headers


# Browsers


def test_a_browser_signs_in_by_a_cookie_that_scripts_cannot_read(house):
    browser = Browser(house)
    answer = browser.enter("ben")
    cookies = {field.split("=")[0]: field for field in answer.headers.get_all("Set-Cookie")}
    assert set(cookies) == {"cairn_plain", "cairn_device_plain"}, "without TLS they have other names"
    for field in cookies.values():
        assert "HttpOnly" in field and "SameSite=Lax" in field and "Path=/" in field and "Domain" not in field
    session = browser.get("/session").json()
    assert session["user"]["name"] == "ben" and session["csrf_token"] == browser.csrf
    assert browser.delete("/session").status == 204 and browser.cookies["cairn_plain"] == ""
    problem(browser.get("/session"), 401, "unauthenticated")


def test_another_sites_page_cannot_change_anything(house):
    browser = Browser(house)
    browser.enter("ben")
    root = browser.root
    make = lambda **headers: browser.send("POST", f"/nodes/{root}/children", {"kind": "folder", "name": f"{time.time_ns()}"}, headers)
    assert make().status == 201
    before = browser.names(root)
    for headers in [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "A" * 43},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": house.address.replace("http", "https")},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]:
        problem(make(**headers), 403, "denied")
    other = Browser(house)
    other.enter("ben")
    problem(make(**{"X-CSRF-Token": other.csrf}), 403, "denied")
    assert browser.names(root) == before
    for headers in [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]:
        problem(Browser(house).send("POST", "/session", {"name": "ben", "password": PASSWORD}, headers), 403, "denied")
    mixed = browser.send("GET", "/me", headers={"Authorization": "Bearer nonsense"})
    problem(mixed, 401, "unauthenticated")


def test_origins_can_be_named(serve):
    server = serve("--set", "http.origins=https://files.example.org")
    add_user(server.data, "ana", "--admin")
    browser = Browser(server)
    problem(browser.enter("ana"), 403, "denied")
    assert browser.send("POST", "/session", {"name": "ana", "password": PASSWORD}, {"Origin": "https://files.example.org"}).status == 200


def test_behind_a_proxy_that_speaks_https_cookies_are_bound_to_it(serve):
    server = serve("--set", "http.origins=https://files.example.org")
    add_user(server.data, "ana", "--admin")
    answer = Browser(server).send("POST", "/session", {"name": "ana", "password": PASSWORD}, {"Origin": "https://files.example.org"})
    assert all(field.startswith("__Host-cairn") and "Secure" in field for field in answer.headers.get_all("Set-Cookie"))


def test_a_body_of_a_stranger_is_small_and_quick_to_refuse(house):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in [b"a" * 70_000, b"&".join(b"p%d" % i for i in range(9_000))]:
        problem(Client(house).send("POST", "/auth/token", body, form), 400, "invalid-input")
    long_name = json.dumps({"x" * 60_000: 1}).encode()
    told = Client(house).send("POST", "/session", long_name, {"Content-Type": "application/json"})
    assert problem(told, 400, "invalid-input") and len(told.body) < 2_000
    odd = Client(house).get("/setup?%ff=1")
    assert problem(odd, 400, "invalid-input")["errors"][0]["pointer"] == "\ufffd"


# The own account


def test_sessions_can_be_seen_and_ended(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    browser, program = Browser(server), Client(server, "ana")
    browser.enter("ana")
    sessions = browser.get("/me/sessions").json()["items"]
    assert sorted((s["kind"], s["current"]) for s in sessions) == [("browser", True), ("tokens", False)]
    assert all(s["address"] == "127.0.0.1" for s in sessions)
    other = next(s["id"] for s in sessions if not s["current"])
    assert browser.delete(f"/me/sessions/{other}").status == 204
    problem(program.get("/me"), 401, "unauthenticated")
    problem(browser.delete(f"/me/sessions/{other}"), 404, "not-found")
    problem(browser.delete("/me/sessions/sess_01h455vb4pex5vsknk084sn02q"), 404, "not-found")


def test_another_password_ends_all_other_sessions(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    browser, program = Browser(server), Client(server, "ana")
    browser.enter("ana")
    wrong = browser.put("/me/password", {"current_password": "no", "new_password": OTHER})
    assert problem(wrong, 403, "denied")["errors"][0]["pointer"] == "current_password"
    assert problem(browser.put("/me/password", {"current_password": PASSWORD, "new_password": "ana ana ana ana"}), 400, "invalid-input")
    assert browser.put("/me/password", {"current_password": PASSWORD, "new_password": OTHER}).status == 204
    assert browser.get("/me").status == 200
    problem(program.get("/me"), 401, "unauthenticated")
    assert Browser(server).enter("ana").status == 401 and Browser(server).enter("ana", OTHER).status == 200
    assert browser.patch("/me", {"display_name": "Ana A."}).json()["display_name"] == "Ana A."
    problem(browser.patch("/me", {"admin": True}), 400, "invalid-input")


# What is under way, and what is written down


def test_an_upload_under_way_ends_when_its_session_does(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana, other = Client(server, "ana"), Client(server, "ana")
    host = urllib.parse.urlsplit(server.address)
    with socket.create_connection((host.hostname, host.port), timeout=60) as slow:
        head = f"PUT /api/v1/files/home/f HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\nContent-Length: 6\r\n\r\n"
        slow.sendall(head.encode() + b"123")
        wait_until(lambda: other.get("/me").status == 200, "the server is there")
        assert other.post("/auth/revoke", {"token": ana.tokens["access_token"]}).status == 200
        slow.sendall(b"456")
        assert b" 401 " in slow.recv(65536)
    assert other.names(other.root) == []


def test_a_download_under_way_ends_when_its_session_does(serve):
    server = serve("--set", "sessions.recheck=1ms")
    add_user(server.data, "ana", "--admin")
    ana, other = Client(server, "ana"), Client(server, "ana")
    ana.put("/files/home/big", os.urandom(1 << 20) * 96)
    host = urllib.parse.urlsplit(server.address)
    with socket.create_connection((host.hostname, host.port), timeout=60) as slow:
        slow.sendall(f"GET /api/v1/files/home/big HTTP/1.1\r\nHost: a\r\nAuthorization: {ana.headers['Authorization']}\r\n\r\n".encode())
        got = len(slow.recv(4096))
        assert other.post("/auth/revoke", {"token": ana.tokens["access_token"]}).status == 200
        while piece := slow.recv(1 << 20):
            got += len(piece)
    assert got < 96 << 20, "it was cut"
    assert json.loads(other.get("/me").body)["name"] == "ana"


@pytest.mark.parametrize("path", ["/session", "/auth/token", "/setup"])
def test_no_password_reaches_a_log(house, path):
    secret = "a very secret password 42"
    Client(house).post(path, {"name": "x", "username": "x", "password": secret, "grant_type": "password", "code": secret})
    Client(house).get(f"{path}?password={secret.replace(' ', '+')}")
    assert secret not in house.log.read_text() and secret.replace(" ", "+") not in house.log.read_text()
