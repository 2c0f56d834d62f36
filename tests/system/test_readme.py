"""The README's quick start does what it says."""

import pathlib
import re
import subprocess

from conftest import PASSWORD, Client, add_user

README = pathlib.Path(__file__).parents[2] / "README.md"
API = README.parent / "docs/api.md"
SCRIPT = re.compile(r"<!-- run by tests/system/test_readme.py -->\n```sh\n(.*?)```", re.DOTALL)


def test_curl_alone_does_the_quick_start(serve):
    server = serve()
    add_user(server.data, "ana", "--admin")
    script = SCRIPT.search(README.read_text())[1]
    assert PASSWORD in script and "http://127.0.0.1:8080" in script
    script = script.replace("http://127.0.0.1:8080", server.address).replace("curl -sS", "curl -sS --fail")
    run = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=README.parent, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert '"name":"README.md"' in run.stdout and '"total":1' in run.stdout
    assert README.read_text()[:90] in run.stdout, "the first bytes came"
    assert '"trashed_at"' in run.stdout.splitlines()[-1]


def test_curl_alone_uploads_a_large_file_as_the_page_says(serve, tmp_path):
    server = serve()
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    content = bytes(range(256)) * 1000
    (tmp_path / "film.mp4").write_bytes(content)
    script = SCRIPT.search(API.read_text())[1].replace("http://127.0.0.1:8080", server.address).replace("curl -sS", "curl -sS --fail")
    token = ana.headers["Authorization"].removeprefix("Bearer ")
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"TOKEN={token}\n{script}"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert ana.get("/files/home/film.mp4").body == content
