"""The real program, killed in the middle of its work, again and again.

Some clients change files and folders over HTTP; the server is killed at a random moment; the next one must hold everything that was
acknowledged, and repeat what was under way under its Idempotency-Key without doing it twice."""

import dataclasses
import http.client
import json
import os
import random
import signal
import threading
import time

from conftest import IS_RELEASE, PATIENCE, Client, add_user, wait_until

KILLS = int(os.environ.get("KILLS", "200" if IS_RELEASE else "12"))
CLIENTS = 6
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))


@dataclasses.dataclass
class Change:
    """One request, and what is true once it was answered."""

    method: str
    path: str
    body: bytes | dict | None
    headers: dict
    apply: object  # called with the answer


class Worker:
    """A client with a folder of its own, and what must be in it."""

    def __init__(self, number: int, client: Client):
        self.random = random.Random(f"{SEED}-{number}")
        self.client = client
        self.number = number
        self.folder = client.folder(client.root, f"worker{number}")["id"]
        self.nodes = {}  # id -> (name, content or None for a folder, etag, version)
        self.trash = set()
        self.acknowledged = 0
        self.replayed = 0
        self.under_way = None
        self.last_key = 0

    def key(self) -> dict:
        self.last_key += 1
        return {"Idempotency-Key": f"w{self.number}-{self.last_key}"}

    def learn(self, answer, content) -> None:
        node = answer.json()
        self.nodes[node["id"]] = (node["name"], content, node["etag"], node.get("version_id"))

    def forget(self, node) -> None:
        del self.nodes[node]
        self.trash.add(node)

    def next_change(self) -> Change:
        pick = self.random.random()
        files = [node for node, (_, content, _, _) in self.nodes.items() if content is not None]
        if pick < 0.2 or not self.nodes:
            body = {"kind": "folder", "name": f"folder{self.random.randrange(5)}", "on_conflict": "rename"}
            return Change("POST", f"/nodes/{self.folder}/children", body, self.key(), lambda answer: self.learn(answer, None))
        if pick < 0.5 or not files:
            content = self.random.randbytes(self.random.choice([0, 10, 5_000, 70_000, 300_000]))
            path = f"/nodes/{self.folder}/children/file{self.random.randrange(5)}.bin?on_conflict=rename"
            return Change("PUT", path, content, self.key(), lambda answer: self.learn(answer, content))
        if pick < 0.65:
            node = self.random.choice(files)
            content = self.random.randbytes(self.random.choice([1, 9_000, 80_000]))
            headers = {**self.key(), "If-Match": f'"{self.nodes[node][3]}"'}
            return Change("PUT", f"/nodes/{node}/content", content, headers, lambda answer: self.learn(answer, content))
        node = self.random.choice(list(self.nodes))
        name, content, etag, _ = self.nodes[node]
        headers = {**self.key(), "If-Match": etag}
        if pick < 0.8:
            body = {"name": f"renamed{self.random.randrange(5)}", "on_conflict": "rename"}
            return Change("PATCH", f"/nodes/{node}", body, headers, lambda answer: self.learn(answer, content))
        if pick < 0.9:
            body = {"parent_id": self.folder, "name": name, "on_conflict": "rename"}
            return Change("POST", f"/nodes/{node}/copy", body, self.key(), lambda answer: self.learn(answer, content))
        return Change("DELETE", f"/nodes/{node}", None, headers, lambda answer: self.forget(node))

    def send(self, change: Change) -> None:
        answer = self.client.send(change.method, change.path, change.body, change.headers)
        assert answer.status in (200, 201, 204), (change.method, change.path, answer.status, answer.body)
        change.apply(answer)
        self.acknowledged += 1

    def work(self, stop: threading.Event) -> None:
        """Until the server is gone: what was under way then is not known."""
        while not stop.is_set():
            self.under_way = self.next_change()
            try:
                self.send(self.under_way)
            except (OSError, http.client.HTTPException):
                return
            self.under_way = None

    def replay(self) -> None:
        """Sends once more what nobody answered. Done before or not: it is done once now."""
        if self.under_way:
            self.send(self.under_way)
            self.send(self.under_way) if self.under_way.method != "DELETE" else None
            self.under_way = None
            self.replayed += 1

    def check(self) -> tuple[int, int]:
        """How much of what was acknowledged is lost, and how much is not as it was sent."""
        lost = torn = 0
        page = self.client.get(f"/nodes/{self.folder}/children?limit=1000").json()
        assert "next_cursor" not in page, "the page must hold all that is compared"
        listed = {item["id"]: item for item in page["items"]}
        assert set(listed) - set(self.nodes) == set(), "nothing is there that nobody made, or twice"
        for node, (name, content, etag, _) in self.nodes.items():
            if node not in listed:
                lost += 1
            elif listed[node]["name"] != name or listed[node]["etag"] != etag:
                lost += 1
            elif content is not None and self.client.content(node) != content:
                torn += 1
        return lost, torn


def test_whatever_was_acknowledged_outlives_a_kill(serve, cairn, data, capsys):
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    add_user(data, "ana", "--admin")
    flags = ["--set", "sessions.access_lifetime=10h", "--set", "jobs.poll=20ms"]
    server = serve(*flags)
    first = Client(server, "ana")
    workers = [Worker(number, first) for number in range(CLIENTS)]
    lost = torn = 0
    for kill in range(KILLS):
        stop = threading.Event()
        threads = [threading.Thread(target=worker.work, args=(stop,)) for worker in workers]
        for thread in threads:
            thread.start()
        until = sum(worker.acknowledged for worker in workers) + chance.randrange(1, 150)
        wait_until(lambda: sum(worker.acknowledged for worker in workers) >= until, "so many changes were acknowledged")
        server.send(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
        server.wait()
        fsck = cairn("fsck", "--deep", "--data", data)
        assert fsck.returncode == 0, f"seed {SEED}, kill {kill}: {fsck.stdout} {fsck.stderr}"
        server = serve(*flags)
        first.server = server
        for worker in workers:
            worker.replay()
            gone, broken = worker.check()
            lost, torn = lost + gone, torn + broken
            assert (gone, broken) == (0, 0), f"seed {SEED}, kill {kill}, worker {worker.number}"
            for node in list(worker.nodes)[12:]:  # so that a round does not take ever longer
                assert first.delete(f"/nodes/{node}?permanent=true").status in (202, 204)
                del worker.nodes[node]
    acknowledged = sum(worker.acknowledged for worker in workers)
    replayed = sum(worker.replayed for worker in workers)
    with capsys.disabled():
        print(f"\n  kills {KILLS}, acknowledged {acknowledged}, repeated {replayed}, lost {lost}, torn {torn}, seed {SEED}")
    assert acknowledged > 10 * KILLS and replayed > 0


def test_the_admin_socket_of_a_killed_server_is_no_trouble(serve, cairn, data):
    server = serve()
    server.stop(signal.SIGKILL)
    assert cairn("status", "--data", data).returncode != 0
    server = serve()
    assert json.loads(cairn("status", "--data", data).stdout)["pid"] == server.process.pid
