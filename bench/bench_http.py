"""The bytes' way, beside nginx in the same run: small JSON answers, downloads (plain, sealed, over TLS), uploads, and the memory that a large
file takes. Prints ratios of ours to nginx's. In "rate" more is better, 1.00 is level; in "CPU" less is better; CPU s/GiB is ours.

    ./dev bench http [json] [downloads] [uploads] [memory] [--rounds 3] [--seconds 2]
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import re
import statistics
import subprocess
import time

from peers import FILES, PATIENCE, Cairn, Load, Nginx, forget_peak, median_ratio, processor_seconds, random_file, scratch, status_mib

PARTS = ["json", "downloads", "uploads", "memory"]
SIZES = {"64 KiB": 64 << 10, "1 GiB": 1 << 30}
MEMORY_FILE = 2 << 30


def alternating(options, ours, theirs):
    """Runs both in each round, first once for nothing, now this one first and now that one."""
    ours(), theirs()
    for number in range(options.rounds):
        if number % 2 == 0:
            mine = ours()
            yield mine, theirs()
        else:
            other = theirs()
            yield ours(), other


def mark(loads) -> str:
    return " *" if any(load.is_client_bound for load in loads) else ""


def bench_json(options, cairn: Cairn, nginx: Nginx) -> None:
    print("\nSmall JSON answer, keep-alive (goal: rate 1.0)")
    print("                              connections    rate     CPU/request")
    rows = [("health, to anybody", cairn.plain + "/health/live", None), ("own account, signed in", cairn.plain + "/api/v1/me", cairn)]
    for name, address, signed_in in rows:
        for connections in (1, 2, 16, 64):
            runs = list(
                alternating(
                    options,
                    lambda: Load(cairn.pid, address, connections, options.seconds, token=signed_in and signed_in.token),
                    lambda: Load(nginx.pid, nginx.plain + "/json", connections, options.seconds),
                )
            )
            rate = median_ratio([(ours.request_rate, theirs.request_rate) for ours, theirs in runs])
            cost = median_ratio([(ours.seconds_per_request, theirs.seconds_per_request) for ours, theirs in runs])
            print(f"{name:30}{connections:11d}{rate:7.2f}x{cost:14.2f}x{mark(sum(runs, ()))}", flush=True)


def aes_seconds_per_gib(seconds: int) -> float:
    """Processor time of AES-256-GCM alone, in pieces as large as ours."""
    command = ["openssl", "speed", "-decrypt", "-evp", "aes-256-gcm", "-bytes", "65536", "-seconds", str(seconds)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return 2**30 / (float(re.search(r"^aes-256-gcm\s+([\d.]+)k", text, re.MULTILINE | re.IGNORECASE).group(1)) * 1000)


def bench_downloads(options, plain: Cairn, sealed: Cairn, nginx: Nginx, directory: pathlib.Path) -> None:
    for size in SIZES.values():
        source = random_file(directory / "source", size)
        for server in (plain, sealed, nginx):
            server.put(f"file-{size}", source)
        source.unlink()
    rows = [
        # what, ours, theirs, goal for 64 KiB, for 1 GiB, what is added to their cost
        ("plain / sendfile", plain, "plain", "plain", "rate 1.0", "rate 1.0", False),
        ("plain, TLS / TLS", plain, "tls", "tls", "", "", False),
        ("sealed, TLS / TLS", sealed, "tls", "tls", "rate 0.6", "rate 0.75", False),
        ("sealed / copying + AES-GCM", sealed, "plain", "copying", "CPU 1.0", "CPU 1.0", True),
    ]
    print("\nDownloads from memory, Cairn / nginx")
    print("                              size     connections    rate      CPU   CPU s/GiB   goal")
    for name, ours_at, our_side, their_side, small_goal, large_goal, with_aes in rows:
        for (label, size), goal in zip(SIZES.items(), (small_goal, large_goal)):
            for connections in (1, 2, 4, 16):
                runs = list(
                    alternating(
                        options,
                        lambda: Load(ours_at.pid, f"{getattr(ours_at, our_side)}{FILES}/file-{size}", connections, options.seconds, ours_at.token),
                        lambda: Load(nginx.pid, f"{getattr(nginx, their_side)}/file-{size}", connections, options.seconds),
                    )
                )
                added = aes_seconds_per_gib(options.seconds) if with_aes else 0
                rate = median_ratio([(ours.byte_rate, theirs.byte_rate) for ours, theirs in runs])
                cost = median_ratio([(ours.seconds_per_gib, theirs.seconds_per_gib + added) for ours, theirs in runs])
                own = statistics.median(ours.seconds_per_gib for ours, _ in runs)
                print(f"{name:30}{label:9}{connections:11d}{rate:7.2f}x{cost:8.2f}x{own:12.3f}   {goal}{mark(sum(runs, ()))}", flush=True)


class Upload:
    """Some files put at once by as many processes of curl."""

    def __init__(self, pid: int, source: pathlib.Path, addresses: list[str], token: str | None, flags=(), after=lambda: None):
        """`flags` of curl; `after` ends what is measured."""
        command = ["curl", "--silent", "--show-error", "--fail", "--insecure", "--output", "/dev/null", "--max-time", str(PATIENCE * 5), "-T", source]
        command += [*(["-H", f"Authorization: Bearer {token}"] if token else []), *flags]
        before, started = processor_seconds(pid), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(addresses)) as pool:
            for _ in pool.map(lambda address: subprocess.run([*command, address], check=True), addresses):
                pass
        after()
        self.seconds = time.monotonic() - started
        self.seconds_per_gib = (processor_seconds(pid) - before) / (source.stat().st_size * len(addresses)) * 2**30
        self.byte_rate = source.stat().st_size * len(addresses) / self.seconds


def bench_uploads(options, sealed: Cairn, nginx: Nginx, directory: pathlib.Path) -> None:
    print("\nUploads of 1 GiB in all; ours sealed, hashed and synced, nginx's PUT none of the three (goal: rate 1.0)")
    print("                        connections    rate      CPU   CPU s/GiB")
    number = 0
    for connections in (1, 2, 16):
        source = random_file(directory / "source", (1 << 30) // connections)
        rates, costs, own = [], [], []
        for _ in range(options.rounds):
            os.sync()  # what others have left to write is not ours to wait for
            names = [f"up-{(number := number + 1)}" for _ in range(connections)]
            ours = Upload(sealed.pid, source, [f"{sealed.plain}{FILES}/{name}" for name in names], sealed.token)
            os.sync()
            theirs = Upload(nginx.pid, source, [f"{nginx.plain}/put/{name}" for name in names], None)
            rates.append((ours.byte_rate, theirs.byte_rate))
            costs.append((ours.seconds_per_gib, theirs.seconds_per_gib))
            own.append(ours.seconds_per_gib)
            for name in names:
                (nginx.root / "put" / name).unlink()
        print(f"sealed / PUT{connections:23d}{median_ratio(rates):7.2f}x{median_ratio(costs):8.2f}x{statistics.median(own):12.3f}", flush=True)


def bench_memory(directory: pathlib.Path) -> None:
    print("\nResident memory (goal: idle at most 50 MiB, each peak within 20 MiB of it)")
    source = random_file(directory / "source", MEMORY_FILE)
    for kind, sealing in (("sealed", "true"), ("plain", "false")):
        (directory / f"memory-{kind}").mkdir()
        with Cairn(directory / f"memory-{kind}", f"content.sealing={sealing}") as cairn:
            token = cairn.token
            idle = status_mib(cairn.pid, "VmRSS")
            print(f"{kind}, idle{idle:26.1f} MiB")
            for name, scheme in (("", cairn.plain), (", TLS", cairn.tls)):
                address = f"{scheme}{FILES}/large"
                download = ["curl", "--silent", "--show-error", "--fail", "--insecure", "--output", "/dev/null", address]
                for way, act in (
                    ("up", lambda: Upload(cairn.pid, source, [address], token)),
                    ("down", lambda: subprocess.run([*download, "-H", f"Authorization: Bearer {token}"], check=True)),
                ):
                    forget_peak(cairn.pid)
                    act()
                    peak = status_mib(cairn.pid, "VmHWM")
                    print(f"{kind + ', 2 GiB ' + way + name:32}{peak:7.1f} MiB, {peak - idle:+.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench http")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    options = parser.parse_args()
    parts = options.parts or PARTS
    print("* the load itself was at its limit: the rate says only that we kept up with it")
    with scratch() as directory, contextlib.ExitStack() as running:
        for name in ("plain", "sealed", "nginx"):
            (directory / name).mkdir()
        nginx = running.enter_context(Nginx(directory / "nginx"))
        plain = running.enter_context(Cairn(directory / "plain", "content.sealing=false"))
        sealed = running.enter_context(Cairn(directory / "sealed"))
        if "json" in parts:
            bench_json(options, sealed, nginx)
        if "downloads" in parts:
            bench_downloads(options, plain, sealed, nginx, directory)
        if "uploads" in parts:
            bench_uploads(options, sealed, nginx, directory)
        if "memory" in parts:
            bench_memory(directory)


if __name__ == "__main__":
    main()
