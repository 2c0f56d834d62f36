"""A folder of 100,000 files: what a page of 100 costs at its beginning and near its end, beside nginx's listing of as many files as one piece.

    ./dev bench list [--files 100000] [--seconds 2]
"""

import argparse
import pathlib
import statistics
import urllib.parse

from peers import FILES, PUTS, Cairn, Client, Load, Nginx, scratch

LIMIT = 100
FAR = 0.9  # of the way through the folder lies the page that is compared with the first
LOOKS = 200


def fill(cairn: Cairn, directory: pathlib.Path, files: int) -> tuple[str, int]:
    """Puts at least that many empty files into a folder; gives the folder's id and their number."""
    client = cairn.client()
    folder = client.json("POST", f"/api/v1/nodes/{cairn.root}/children", {"kind": "folder", "name": "many"})["id"]
    count, script = 0, directory / "load.lua"
    for number in range(1000):
        script.write_text(PUTS.format(round=f"file-{number}", size=0))
        count += Load(cairn.pid, f"{cairn.plain}{FILES}/many/", 64, 5, cairn.token, script).requests
        if count >= files:
            return folder, count
    raise RuntimeError("the folder does not fill up")


def page_addresses(client: Client, folder: str, page: int) -> list[str]:
    """Of page 1 and of another, reached as a client would: cursor by cursor."""
    base = f"/api/v1/nodes/{folder}/children?limit={LIMIT}"
    address = base
    for _ in range(page - 1):
        address = f"{base}&cursor={urllib.parse.quote(client.json('GET', address)['next_cursor'])}"
    return [base, address]


def server_ms(client: Client, address: str) -> list[float]:
    """What the server says that it took, of some requests."""
    took = []
    client.request("GET", address)
    for _ in range(LOOKS):
        headers, _ = client.request("GET", address)
        took.append(float(headers["Server-Timing"].rpartition("total;dur=")[2]))
    return sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench list")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    options = parser.parse_args()
    with scratch() as directory, Nginx(directory / "nginx") as nginx, Cairn(directory) as cairn:
        folder, count = fill(cairn, directory, options.files)
        client = cairn.client()
        last = max(1, int(options.files * FAR / LIMIT))
        print(f"{count:,} files in one folder; pages of {LIMIT} (goal: any page within 10 ms at the server)")
        print("   page   server, median   server, slowest   CPU us a page")
        costs = []
        for page, address in zip((1, last), page_addresses(client, folder, last)):
            took = server_ms(client, address)
            load = Load(cairn.pid, cairn.plain + address, 1, options.seconds, cairn.token)
            costs.append(load.seconds_per_request)
            print(f"{page:7d}{statistics.median(took):14.2f} ms{took[-1]:15.2f} ms{load.seconds_per_request * 1e6:16.0f}", flush=True)
        print(f"page {last} costs {costs[1] / costs[0]:.2f}x page 1")

        for number in range(count):
            (nginx.root / "list" / f"file-{number}").touch()
        theirs = Load(nginx.pid, f"{nginx.plain}/list/", 1, options.seconds)
        print(f"nginx's listing of as many files, which has no pages, costs {theirs.seconds_per_request / costs[0]:,.0f}x page 1")
        print(f"and {theirs.seconds_per_request / (costs[0] * count / LIMIT):.2f}x all of our pages, which tell ids, versions, times and rights")


if __name__ == "__main__":
    main()
