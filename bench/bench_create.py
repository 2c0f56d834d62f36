"""Changes in one busy space, each durable before its answer: folders by 64 connections, and small files by PUT, beside nginx's PUT that syncs
nothing. Prints how many shared a transaction, what a commit takes, and how often the server syncs for a file.

    ./dev bench create [--rounds 3] [--seconds 4]
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import signal
import statistics
import subprocess
import time

from peers import FILES, NAMES, PUTS, Cairn, Load, Nginx, scratch

SMALL = 4096
FOLDER_CONNECTIONS = 64
FILE_CONNECTIONS = [1, 8, 64]

FOLDERS = NAMES + """
wrk.headers["Content-Type"] = "application/json"
function request() return wrk.format("POST", nil, nil, '{{"kind":"folder","name":"' .. name() .. '"}}') end
"""

class Batches:
    """How many changes shared a transaction, and how long commits took, since the last look."""

    def __init__(self, cairn: Cairn):
        self.cairn = cairn
        self.before = self.read()

    def read(self) -> tuple[float, float, dict[float, float]]:
        changes = self.cairn.metric("cairn_database_batch_changes_sum")
        commits = self.cairn.metric("cairn_database_batch_changes_count")
        return changes, commits, self.cairn.buckets("cairn_database_commit_seconds")

    def look(self) -> tuple[float, float]:
        """Changes a commit, and the median of the commits in milliseconds, between the bounds of its bucket."""
        had, self.before = self.before, self.read()
        changes, commits = (now - then for now, then in zip(self.before[:2], had[:2]))
        took = sorted((bound, count - had[2].get(bound, 0)) for bound, count in self.before[2].items())
        half, low, below = took[-1][1] / 2, 0.0, 0.0
        for bound, count in took:
            if count >= half:
                return changes / max(commits, 1), (low + (bound - low) * (half - below) / max(count - below, 1)) * 1000
            low, below = bound, count
        return changes / max(commits, 1), 0.0


def disk_sync_ms(directory: pathlib.Path) -> float:
    """The median of a sync behind 4 KiB, which is what a commit cannot beat."""
    took = []
    with (directory / "sync").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(os.urandom(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def disk_alone(directory: pathlib.Path, threads: int, seconds: int) -> float:
    """Files a second that threads of this process make durable with nothing else to do: written, synced, renamed, their folder synced."""
    content = os.urandom(SMALL)
    began = time.monotonic()

    def make(thread: int) -> int:
        folder = directory / str(thread)
        folder.mkdir()
        place = os.open(folder, os.O_RDONLY)
        made = 0
        while time.monotonic() < began + seconds:
            file = os.open("temporary", os.O_CREAT | os.O_EXCL | os.O_WRONLY, dir_fd=place)
            os.write(file, content)
            os.fsync(file)
            os.close(file)
            os.rename("temporary", str(made), src_dir_fd=place, dst_dir_fd=place)
            os.fsync(place)
            made += 1
        os.close(place)
        return made

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        made = sum(pool.map(make, range(threads)))
    return made / (time.monotonic() - began)


class Syncs:
    """Counts the calls that make things durable, of a process and its threads."""

    def __init__(self, pid: int, directory: pathlib.Path):
        self.out = directory / "strace"
        self.process = subprocess.Popen(
            ["strace", "-f", "-c", "-U", "calls,name", "-e", "trace=fsync,fdatasync", "-o", self.out, "-p", str(pid)], stderr=subprocess.PIPE, text=True
        )
        said = self.process.stderr.readline()
        if "attached" not in said:
            raise RuntimeError(f"Counting syncs needs the right to trace a process: {said}")

    def stop(self) -> collections.Counter:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.process.stderr.close()
        return collections.Counter({name: int(calls) for calls, name in re.findall(r"^\s*(\d+)\s+(fsync|fdatasync)$", self.out.read_text(), re.MULTILINE)})


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench create")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    options = parser.parse_args()
    with scratch() as directory, Nginx(directory / "nginx") as nginx, Cairn(directory) as cairn:
        script = directory / "load.lua"
        rounds = iter(range(1_000_000))
        files = f"{cairn.plain}{FILES}/"
        print(f"A sync of this disk behind 4 KiB: {disk_sync_ms(directory):.2f} ms (median)")
        print(f"\nFolders, {FOLDER_CONNECTIONS} connections, one space (goal: 5,000 a second, durable)")
        print("   a second   changes a commit   commit, median   CPU us a folder")
        batches = Batches(cairn)
        for _ in range(options.rounds):
            script.write_text(FOLDERS.format(round=f"folder-{next(rounds)}"))
            load = Load(cairn.pid, f"{cairn.plain}/api/v1/nodes/{cairn.root}/children", FOLDER_CONNECTIONS, options.seconds, cairn.token, script)
            size, commit = batches.look()
            print(f"{load.request_rate:11,.0f}{size:19.1f}{commit:14.2f} ms{load.seconds_per_request * 1e6:18.0f}", flush=True)

        print(f"\nFiles of {SMALL} bytes by single PUTs: ours sealed, hashed and synced; nginx's none of the three")
        print("The disk alone: as many threads write, sync, rename a file and sync its folder, with nothing else to do")
        print("   connections   a second   beside the disk alone   beside nginx   CPU us a file   CPU beside nginx   changes a commit")
        for connections in FILE_CONNECTIONS:
            results = []
            for _ in range(options.rounds):
                number = next(rounds)
                script.write_text(PUTS.format(round=f"file-{number}", size=SMALL))
                os.sync()
                batches.look()
                ours = Load(cairn.pid, files, connections, options.seconds, cairn.token, script)
                size, _ = batches.look()
                os.sync()
                theirs = Load(nginx.pid, f"{nginx.plain}/put/", connections, options.seconds, script=script)
                os.sync()
                (place := directory / f"alone-{number}").mkdir()
                alone = disk_alone(place, connections, options.seconds)
                results.append((ours.request_rate, ours.request_rate / alone, ours.request_rate / theirs.request_rate,
                                ours.seconds_per_request * 1e6, ours.seconds_per_request / theirs.seconds_per_request, size))  # fmt: skip
            rate, beside_disk, beside, cost, cost_beside, size = map(statistics.median, zip(*results))
            print(f"{connections:14d}{rate:11,.0f}{beside_disk:23.2f}x{beside:14.2f}x{cost:16.0f}{cost_beside:18.2f}x{size:19.1f}", flush=True)

        print("\nSyncs for each of those files, counted by strace in a run of its own")
        for connections in FILE_CONNECTIONS:
            script.write_text(PUTS.format(round=f"file-{next(rounds)}", size=SMALL))
            syncs = Syncs(cairn.pid, directory)
            load = Load(cairn.pid, files, connections, options.seconds, cairn.token, script)
            counted = syncs.stop()
            each = ", ".join(f"{name} {calls / load.requests:.2f}" for name, calls in sorted(counted.items()))
            print(f"   {connections:2d} connections: {sum(counted.values()) / load.requests:.2f} a file ({each})", flush=True)


if __name__ == "__main__":
    main()
