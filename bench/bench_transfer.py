"""Uploads by the ways that there are, beside nginx in the same run: 1 GiB by PUT, by tus in one stream each, and by tus in parts that become
one file; small files by PUT and by tus. Ours are sealed, hashed and durable; nginx's PUT is none of the three. Prints ratios of ours to nginx's:
in "rate" more is better, 1.00 is level; in "CPU" less is better; CPU s/GiB and CPU ms/file are ours.

    ./dev bench transfer [large] [small] [--rounds 3] [--seconds 3]
"""

import argparse
import base64
import contextlib
import os
import pathlib
import statistics

from bench_http import Upload, alternating, mark
from peers import FILES, NAMES, Cairn, Client, Load, Nginx, median_ratio, random_file, scratch

PARTS = ["large", "small"]
UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = ["-X", "PATCH", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream"]
SMALL = (4 << 10, 64 << 10)  # bytes, from and to

# Each file in one request: the upload begins with all its bytes.
CREATIONS = NAMES + """
local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function base64(text)
  local out = {{}}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local n = a * 65536 + (b or 0) * 256 + (c or 0)
    for j = 18, 0, -6 do
      local at = math.floor(n / 2 ^ j) % 64 + 1
      out[#out + 1] = letters:sub(at, at)
    end
    if not c then out[#out] = "=" end
    if not b then out[#out - 1] = "=" end
  end
  return table.concat(out)
end
local body = string.rep("x", {most})
function request()
  local size = math.random({least}, {most})
  wrk.headers["Tus-Resumable"] = "1.0.0"
  wrk.headers["Content-Type"] = "application/offset+octet-stream"
  wrk.headers["Upload-Length"] = size
  wrk.headers["Upload-Metadata"] = "name " .. base64(name())
  return wrk.format("POST", "{path}", nil, body:sub(1, size))
end
"""
PUTS = NAMES + """
local body = string.rep("x", {most})
function request() return wrk.format("PUT", wrk.path .. name(), nil, body:sub(1, math.random({least}, {most}))) end
"""


def metadata(name: str) -> str:
    return "name " + base64.b64encode(name.encode()).decode()


def begin(client: Client, size: int, headers: dict) -> str:
    return client.request("POST", UPLOADS, headers={**TUS, "Upload-Length": str(size), **headers})[0]["Location"]


def by_put(cairn: Cairn, address: str, source: pathlib.Path, names: list[str]) -> Upload:
    return Upload(cairn.pid, source, [f"{address}{FILES}/{name}" for name in names], cairn.token)


def by_tus(cairn: Cairn, address: str, source: pathlib.Path, names: list[str]) -> Upload:
    size = source.stat().st_size
    begun = [address + begin(cairn.client(), size, {"Upload-Metadata": metadata(name)}) for name in names]
    return Upload(cairn.pid, source, begun, cairn.token, BYTES)


def by_parts(cairn: Cairn, address: str, source: pathlib.Path, names: list[str]) -> Upload:
    """All of them parts of one file, which is there when this ends."""
    size = source.stat().st_size
    client = cairn.client()
    begun = [begin(client, size, {"Upload-Concat": "partial"}) for _ in names]

    def join() -> None:
        client.request("POST", UPLOADS, headers={**TUS, "Upload-Concat": "final;" + " ".join(begun), "Upload-Metadata": metadata(names[0])})

    return Upload(cairn.pid, source, [address + part for part in begun], cairn.token, BYTES, join)


def bench_large(options, plain: Cairn, sealed: Cairn, nginx: Nginx, directory: pathlib.Path) -> None:
    print("\nUploads of 1 GiB in all, Cairn / nginx's PUT (goal: rate 1.0)")
    print("                        connections    rate      CPU   CPU s/GiB")
    rows = [
        ("plain, PUT", plain, plain.plain, by_put),
        ("plain, tus", plain, plain.plain, by_tus),
        ("sealed, PUT", sealed, sealed.plain, by_put),
        ("sealed, tus", sealed, sealed.plain, by_tus),
        ("sealed, tus, parts", sealed, sealed.plain, by_parts),
        ("sealed, TLS, tus", sealed, sealed.tls, by_tus),
    ]
    number = 0
    for connections in (1, 2, 4, 16):
        source = random_file(directory / "source", (1 << 30) // connections)
        for name, cairn, address, way in rows:
            rates, costs, own = [], [], []
            for _ in range(options.rounds):
                number += 1
                names = [f"up-{number}-{i}" for i in range(connections)]
                os.sync()  # what others have left to write is not ours to wait for
                ours = way(cairn, address, source, names)
                os.sync()
                theirs = Upload(nginx.pid, source, [f"{nginx.plain}/put/{file}" for file in names], None)
                rates.append((ours.byte_rate, theirs.byte_rate))
                costs.append((ours.seconds_per_gib, theirs.seconds_per_gib))
                own.append(ours.seconds_per_gib)
                for file in names:
                    (nginx.root / "put" / file).unlink()
                remove_all(cairn)
            print(f"{name:24}{connections:11d}{median_ratio(rates):7.2f}x{median_ratio(costs):8.2f}x{statistics.median(own):12.3f}", flush=True)


def remove_all(cairn: Cairn) -> None:
    """Its room on the disk comes back when the benchmark ends."""
    client = cairn.client()
    for item in client.json("GET", f"/api/v1/nodes/{cairn.root}/children?limit=1000")["items"]:
        client.request("DELETE", f"/api/v1/nodes/{item['id']}?permanent=true")


def bench_small(options, sealed: Cairn, nginx: Nginx, directory: pathlib.Path) -> None:
    print(f"\nFiles of {SMALL[0] >> 10} to {SMALL[1] >> 10} KiB, each in one request, Cairn durable / nginx's PUT, which syncs nothing (goal of batches: rate 1.0)")
    print("                        connections    rate      CPU  CPU ms/file   files/s")
    scripts = 0

    def load(pid: int, address: str, connections: int, template: str, token: str | None) -> Load:
        nonlocal scripts
        scripts += 1
        script = directory / "script.lua"
        script.write_text(template.format(round=scripts, least=SMALL[0], most=SMALL[1], path=UPLOADS))
        return Load(pid, address, connections, options.seconds, token, script)

    for name, address, template in (("PUT", f"{sealed.plain}{FILES}/", PUTS), ("tus", f"{sealed.plain}{UPLOADS}", CREATIONS)):
        for connections in (1, 8, 64):
            runs = list(
                alternating(
                    options,
                    lambda: load(sealed.pid, address, connections, template, sealed.token),
                    lambda: load(nginx.pid, f"{nginx.plain}/put/", connections, PUTS, None),
                )
            )
            rate = median_ratio([(ours.request_rate, theirs.request_rate) for ours, theirs in runs])
            cost = median_ratio([(ours.seconds_per_request, theirs.seconds_per_request) for ours, theirs in runs])
            own = statistics.median(ours.seconds_per_request for ours, _ in runs) * 1000
            files = statistics.median(ours.request_rate for ours, _ in runs)
            print(f"{'sealed, ' + name:24}{connections:11d}{rate:7.2f}x{cost:8.2f}x{own:12.2f}{files:10.0f}{mark(sum(runs, ()))}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench transfer")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement of small files")
    options = parser.parse_args()
    parts = options.parts or PARTS
    print("* the load itself was at its limit: the rate says only that we kept up with it")
    settings = ["uploads.most_open=1000000", "content.garbage_grace=0s", "content.garbage_interval=1s"]
    with scratch() as directory, contextlib.ExitStack() as running:
        for name in ("plain", "sealed", "nginx"):
            (directory / name).mkdir()
        nginx = running.enter_context(Nginx(directory / "nginx"))
        plain = running.enter_context(Cairn(directory / "plain", "content.sealing=false", *settings))
        sealed = running.enter_context(Cairn(directory / "sealed", *settings))
        if "large" in parts:
            bench_large(options, plain, sealed, nginx, directory)
        if "small" in parts:
            bench_small(options, sealed, nginx, directory)


if __name__ == "__main__":
    main()
