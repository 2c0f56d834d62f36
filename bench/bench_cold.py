"""Whether a slow disk holds up others: the 99th percentile of small requests while many clients download files that are not in memory,
beside the same downloads from memory. First a disk that takes 50 ms for each read of content, then the real one, with what was read dropped
from the page cache again and again.

    ./dev bench cold [--rounds 3] [--seconds 4]
"""

import argparse
import concurrent.futures
import contextlib
import multiprocessing
import os
import pathlib
import re
import statistics
import time

from peers import BUILD, FILES, Cairn, Client, random_file, scratch

DOWNLOADERS = 32
FILE_BYTES = 2 << 20
PERIOD = 2.5  # seconds from one download of a client to its next, however fast the disk is: the traffic is the same each time
REQUESTS = {"own account": "/api/v1/me", "a folder's listing": f"{FILES}/"}
BETWEEN = 0.004  # seconds from one small request to the next: there is processor time left
CLIENTS = 4


def objects_of(cairn: Cairn) -> set[pathlib.Path]:
    return set((cairn.data / "content").glob("??/*"))


def drop_from_memory(path: pathlib.Path) -> None:
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def bytes_from_disk(cairn: Cairn) -> int:
    return int(re.search(r"^read_bytes: (\d+)$", pathlib.Path(f"/proc/{cairn.pid}/io").read_text(), re.MULTILINE).group(1))


def download_all(cairn: Cairn, token: str, cold: list[pathlib.Path], done) -> None:
    """Clients that download a file each, over and over. Its object in `cold` is dropped from memory before it is read again, by nobody else
    meanwhile: for what is being read the kernel waits until all processors have let go, and everybody with it."""

    def download(number: int) -> None:
        client = Client(cairn.plain, token)
        time.sleep(PERIOD * number / DOWNLOADERS)
        while not done.is_set():
            began = time.monotonic()
            client.request("GET", f"{FILES}/file-{number}")
            if cold:
                drop_from_memory(cold[number])
            done.wait(max(0, began + PERIOD - time.monotonic()))

    with concurrent.futures.ThreadPoolExecutor(DOWNLOADERS) as pool:
        for _ in pool.map(download, range(DOWNLOADERS)):
            pass


@contextlib.contextmanager
def downloads(cairn: Cairn, cold: list[pathlib.Path]):
    """In a process of their own, so that they do not disturb who measures."""
    forking = multiprocessing.get_context("fork")
    done = forking.Event()
    for path in cold:
        drop_from_memory(path)
    before = bytes_from_disk(cairn)
    process = forking.Process(target=download_all, args=(cairn, cairn.token, cold, done))
    process.start()
    time.sleep(PERIOD)  # until all of them are under way
    try:
        yield
    finally:
        done.set()
        process.join()
    if process.exitcode != 0:
        raise RuntimeError("the downloads failed")
    if cold and bytes_from_disk(cairn) - before < DOWNLOADERS * FILE_BYTES:
        raise RuntimeError("nothing was read from the disk: does this file system live in memory?")


def percentile_99_ms(cairn: Cairn, path: str, seconds: int) -> float:
    """Counted from when a request was due: one that is held up holds up those behind it, as it would hold up people. By some clients in turn,
    so that each thread of the server is asked."""
    clients = [cairn.client() for _ in range(CLIENTS)]
    took = []
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        time.sleep(max(0, due - time.perf_counter()))
        clients[len(took) % CLIENTS].request("GET", path)
        took.append(time.perf_counter() - due)
        due += BETWEEN
    return sorted(took)[len(took) * 99 // 100] * 1000


def measure(options, cairn: Cairn, source: pathlib.Path, cold: bool) -> dict[str, tuple[float, float]]:
    """Of each kind of request: its usual 99th percentile, and while the clients download."""
    objects: list[pathlib.Path] = []
    for number in range(DOWNLOADERS):
        before = objects_of(cairn)
        cairn.put(f"file-{number}", source)
        objects += objects_of(cairn) - before
    if len(objects) != DOWNLOADERS:
        raise RuntimeError("a file is no longer one object: which one is to be dropped?")
    results = {}
    for name, path in REQUESTS.items():
        quiet, loaded = [], []
        for _ in range(options.rounds):
            quiet.append(percentile_99_ms(cairn, path, options.seconds))
            with downloads(cairn, objects if cold else []):
                loaded.append(percentile_99_ms(cairn, path, options.seconds))
        results[name] = (statistics.median(quiet), statistics.median(loaded))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench cold")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    options = parser.parse_args()
    print(f"99th percentile of small requests while {DOWNLOADERS} clients download (goal: not in memory at most 2x from memory)")
    print("                                              quiet   from memory   not in memory")
    with scratch() as directory:
        source = random_file(directory / "source", FILE_BYTES)

        def run(name: str, program: str, sealing: str, cold: bool, *settings: str) -> dict[str, tuple[float, float]]:
            (directory / name).mkdir()
            with Cairn(directory / name, f"content.sealing={sealing}", *settings, program=BUILD / program) as cairn:
                return measure(options, cairn, source, cold)

        for kind, sealing in (("sealed", "true"), ("plain", "false")):
            memory = run(f"memory-{kind}", "cairn", sealing, False)
            disks = {
                "50 ms a read": run(f"slow-{kind}", "cairn_slow_disk", sealing, False, "content.open_objects=0"),
                "the real disk": run(f"real-{kind}", "cairn", sealing, True),
            }
            for disk, results in disks.items():
                for name, (quiet, loaded) in results.items():
                    _, warm = memory[name]
                    line = f"{kind:7}{disk:14}{name:20}{quiet:7.2f} ms{warm:11.2f} ms{loaded:13.2f} ms"
                    print(f"{line}{loaded / quiet:8.2f}x quiet{loaded / warm:8.2f}x from memory", flush=True)


if __name__ == "__main__":
    main()
