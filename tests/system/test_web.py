"""How the web app is served: its page and what that loads. What people do with it is tested in Chromium (web/tests)."""

import gzip
import re

import pytest
from conftest import problem


def test_each_address_of_the_app_is_its_page_with_a_policy_of_its_own(house):
    nonces = set()
    for path in ["/", "/setup", "/sign-in", "/files", "/files/node_01h455vb4pex5vsknk084sn02q", "/trash", "/account", "/users"]:
        answer = house.get(path)
        assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        [nonce] = re.findall(r"'nonce-([0-9a-f]{32})'", policy)
        nonces.add(nonce)
        assert "default-src 'none'; script-src 'self';" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        page = answer.body.decode()
        assert f'nonce="{nonce}"' in page and "__NONCE__" not in page
        assert not re.search(r"<script[^>]*>[^<]", page), "no script within the page"
    assert len(nonces) == 8, "a nonce is used once"


def test_what_the_page_loads_is_kept_for_good_and_comes_packed(house):
    page = house.get("/").body.decode()
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert any(path.endswith(".js") for path in loaded) and any(path.endswith(".css") for path in loaded)
    for path in loaded:
        plain = house.get(path)
        assert plain.status == 200 and "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"
        kept = "public, max-age=31536000, immutable" if path.startswith("/assets/") else "public, no-cache"
        assert plain.headers["Cache-Control"] == kept
        packed = house.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body
        smallest = house.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert smallest.headers["Content-Encoding"] == "br" and len(smallest.body) < len(packed.body)
        again = house.get(path, headers={"If-None-Match": plain.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/", "/index.html", "/manifest.json", "/nothing", "/files.html", "/assets/..%2f"])
def test_what_is_not_there_is_not_the_page(house, path):
    problem(house.get(path), 404, "not-found")
