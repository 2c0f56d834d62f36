"""Uploads that are cut and killed, again and again, with an oracle: what was acknowledged stays, bytes are those that were sent, and
nothing is sealed twice with one key and nonce."""

import http.client
import os
import random
import signal
import threading
import time

import pytest
from conftest import IS_RELEASE, PATIENCE, PROGRAM, Client, add_user, wait_until
from uploader import Uploader

KILLS = int(os.environ.get("KILLS", "60" if IS_RELEASE else "6"))  # of each of the two kinds of content
WORKERS = 4
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
CHUNK = 64 << 10
CHECKPOINT = 1 << 20
HAS_NONCE_LOG = "asan" in PROGRAM.parts  # the build that holds the mutants


class Worker:
    """Uploads one file after the other, in goes of random sizes, some of them cut."""

    def __init__(self, number: int, client: Client):
        self.random = random.Random(f"{SEED}-{number}")
        self.tus = Uploader(client, client.folder(client.root, f"worker{number}")["id"])
        self.number = number
        self.files = 0
        self.upload = None  # its address
        self.acknowledged = 0  # bytes of all uploads
        self.cuts = 0
        self.waits = 0
        self.done = {}  # node -> content

    def some_size(self) -> int:
        border = self.random.choice([1, CHUNK, 2 * CHUNK, 5 * CHUNK, CHECKPOINT, CHECKPOINT + CHUNK, 2 * CHECKPOINT])
        return max(1, border + self.random.choice([-1, 0, 1, -1000, 777]))

    def begin(self) -> None:
        self.files += 1
        self.content = self.random.randbytes(self.some_size() + self.some_size())
        self.offset = 0  # acknowledged
        self.sent = 0  # at most so much was sent
        self.upload = self.tus.begin(f"file{self.files}", len(self.content))

    def learn(self, answer) -> None:
        offset = int(answer.headers["Upload-Offset"])
        self.acknowledged += offset - self.offset
        self.offset = offset
        if "Cairn-Node" in answer.headers:
            self.done[answer.headers["Cairn-Node"]] = self.content
            self.upload = None

    def look(self) -> None:
        """After a cut or a kill: nothing acknowledged is missing, and nothing is there that was never sent."""
        answer = self.tus.head(self.upload)
        assert answer.status == 200, (self.number, answer.status)
        offset = int(answer.headers["Upload-Offset"])
        assert self.offset <= offset <= self.sent, (self.number, self.offset, offset, self.sent)
        self.learn(answer)

    def go(self) -> None:
        if not self.upload:
            self.begin()
        end = min(len(self.content), self.offset + self.some_size())
        body = self.content[self.offset : end]
        self.sent = max(self.sent, end)
        if self.random.random() < 0.3:
            self.cuts += 1
            self.tus.send_cut(self.upload, self.offset, body[: self.random.randrange(len(body) + 1)], len(body))
            self.look()
            return
        answer = self.tus.send(self.upload, self.offset, body)
        if answer.status in (409, 423):  # what was cut is only now being kept
            self.waits += 1
            self.look()
            return
        assert answer.status == 204, (self.number, answer.status, answer.body)
        assert int(answer.headers["Upload-Offset"]) == end
        self.learn(answer)

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.go()
            except (OSError, http.client.HTTPException):
                return  # the server is gone

    def check(self) -> None:
        if self.upload:
            self.look()
        for node, content in self.done.items():
            assert self.tus.client.content(node) == content, self.number
        for node in list(self.done)[3:]:  # so that a round does not take ever longer
            assert self.tus.client.delete(f"/nodes/{node}?permanent=true").status in (202, 204)
            del self.done[node]


@pytest.mark.parametrize("sealing", ["true", "false"], ids=["sealed", "plain"])
def test_whatever_was_acknowledged_of_an_upload_outlives_cuts_and_kills(serve, cairn, data, tmp_path, sealing, capsys):
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    nonces = tmp_path / "nonces"
    prefix = ("bash", "-c", f'CAIRN_MUTANT_NONCES=9 exec "$@" 9>>{nonces}', "-") if HAS_NONCE_LOG else ()
    flags = ["--set", "sessions.access_lifetime=10h", "--set", f"content.sealing={sealing}", "--set", "uploads.checkpoint=1MiB"]
    server = serve(*flags, prefix=prefix)
    add_user(data, "ana", "--admin")
    first = Client(server, "ana")
    workers = [Worker(number, first) for number in range(WORKERS)]
    for kill in range(KILLS):
        stop = threading.Event()
        failures = []
        threads = [threading.Thread(target=guarded, args=(worker, stop, failures)) for worker in workers]
        for thread in threads:
            thread.start()
        until = sum(worker.acknowledged for worker in workers) + chance.randrange(1, 12 << 20)
        wait_until(lambda: failures or sum(worker.acknowledged for worker in workers) >= until, "so many bytes were acknowledged")
        server.send(signal.SIGKILL)
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        server.wait()
        assert not failures, f"seed {SEED}, kill {kill}: {failures}"
        fsck = cairn("fsck", "--deep", "--data", data)
        assert fsck.returncode == 0, f"seed {SEED}, kill {kill}: {fsck.stdout} {fsck.stderr}"
        server = first.server = serve(*flags, prefix=prefix)
        for worker in workers:
            worker.check()
    told = f"kills {KILLS}, cuts {sum(worker.cuts for worker in workers)}, acknowledged {sum(worker.acknowledged for worker in workers)} bytes"
    if HAS_NONCE_LOG:
        pairs = nonces.read_text().splitlines()
        assert len(pairs) > (100 if sealing == "true" else 0) and len(set(pairs)) == len(pairs), "a key and a nonce came twice"
        told += f", {len(pairs)} pairs of key and nonce, none twice"
    with capsys.disabled():
        print(f"\n  uploads ({'sealed' if sealing == 'true' else 'plain'}): {told}, lost 0, seed {SEED}")


def guarded(worker: Worker, stop: threading.Event, failures: list) -> None:
    try:
        worker.work(stop)
    except AssertionError as failure:
        failures.append(failure)
