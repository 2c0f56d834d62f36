"""Small JSON answers over keep-alive connections, beside nginx's `return 200` in the same run. Prints ratios: above 1 we are ahead in
requests a second, below 1 in processor time a request. DESIGN's goal is 1.0 or better.

    ./dev bench http [--rounds 3] [--seconds 2]
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

PROGRAM = pathlib.Path(__file__).parents[1] / "build/release/cairn"
CONNECTIONS = [1, 2, 16, 64]
BODY = '{"status":"live"}'
NGINX = """
daemon off; worker_processes auto; pid {dir}/pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port} reuseport; location / {{ default_type application/json; return 200 '{body}'; }} }}
}}
"""


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(pid: int) -> float:
    """Of a process and its children."""
    total = 0.0
    for process in [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def measure(pid: int, address: str, connections: int, seconds: int) -> tuple[float, float]:
    """Requests a second, and microseconds of processor a request."""
    before = processor_seconds(pid)
    threads = min(connections, 2)
    run = subprocess.run(["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}", address], capture_output=True, text=True, check=True)
    spent = processor_seconds(pid) - before
    assert "Non-2xx" not in run.stdout and "Socket errors" not in run.stdout, run.stdout
    requests = int(re.search(r"(\d+) requests in", run.stdout).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", run.stdout).group(1))
    return rate, spent / requests * 1e6


def start_nginx(directory: pathlib.Path) -> tuple[subprocess.Popen, str]:
    port = free_port()
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(dir=directory, port=port, body=BODY))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.Popen([nginx, "-c", config, "-p", directory]), f"http://127.0.0.1:{port}/"


def start_cairn(directory: pathlib.Path) -> tuple[subprocess.Popen, str]:
    server = subprocess.Popen(
        [PROGRAM, "serve", "--data", directory / "data", "--listen", "http://127.0.0.1:0", "--set", "metrics.listen="],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    return server, server.stdout.readline().split()[-1] + "/health/live"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        nginx, nginx_address = start_nginx(directory)
        cairn, cairn_address = start_cairn(directory)
        try:
            time.sleep(0.5)  # nginx does not say when it is ready
            print("small JSON answer, keep-alive; cairn : nginx")
            print("connections   requests/s   processor time/request")
            for connections in CONNECTIONS:
                rounds = [
                    (measure(cairn.pid, cairn_address, connections, options.seconds), measure(nginx.pid, nginx_address, connections, options.seconds))
                    for _ in range(options.rounds)
                ]
                rate = statistics.median(ours[0] / theirs[0] for ours, theirs in rounds)
                cost = statistics.median(ours[1] / theirs[1] for ours, theirs in rounds)
                print(f"{connections:11d}   {rate:9.2f}x   {cost:21.2f}x")
        finally:
            for process in (nginx, cairn):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
