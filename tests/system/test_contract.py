"""The contract: what api/openapi.yaml says, the server does, and nothing else."""

import json
import pathlib
import re
import subprocess
import sys

from conftest import PASSWORD, Client, add_user

REPOSITORY = pathlib.Path(__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete", "options"}


def test_the_contract_names_every_route_with_its_parameters_and_no_other(house):
    contract = Client(house).get("/openapi.json").json()

    def query_of(item, operation):
        parameters = item.get("parameters", []) + operation.get("parameters", [])
        resolved = [contract["components"]["parameters"][p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p for p in parameters]
        return {p["name"] for p in resolved if p["in"] == "query"}

    promised = {
        (method.upper(), path): (query_of(item, operation), operation.get("security") == [])
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    served = {
        (row["method"], row["path"].replace("...}", "}")): (set(row["query"]), row["needs"] == "nobody") for row in house.admin("/routes")
    }
    assert promised == served


def test_every_problem_that_can_be_answered_is_explained(house):
    contract = Client(house).get("/openapi.json").json()
    explained = {(row["type"], row["status"]) for row in contract["x-problems"]}
    source = (REPOSITORY / "src/cairn/net/problem.cpp").read_text()
    answered = {(kind, int(status)) for status, kind in re.findall(r'return \{(\d+), "([a-z-]+)"\}', source)}
    assert len(answered) > 10 and answered <= explained
    page = Client(house).get("//api/docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8" and "script" not in page.body.decode().lower().split("</style>")[0]
    for kind, _ in explained:
        assert f'id="problem-{kind}"' in page.body.decode()
        leads = Client(house).get(f"//problems/{kind}")
        assert (leads.status, leads.headers["Location"]) == (303, f"/api/docs#problem-{kind}")
    for item in contract["paths"].values():
        for method, operation in item.items():
            if method in METHODS:
                assert f'id="{operation["operationId"]}"' in page.body.decode()


def test_thousands_of_made_up_requests_are_answered_as_the_contract_says(serve):
    """By schemathesis: valid and invalid requests for each route; no 5xx, no answer that the contract does not describe."""
    server = serve("--set", "sessions.access_lifetime=10h", "--set", "passwords.network_guesses=1000000")
    add_user(server.data, "ana", "--admin")
    ana = Client(server, "ana")
    folder = ana.folder(ana.root, "0")["id"]
    ana.file(folder, "report.pdf", b"%PDF-1.7")
    left_out = ["signOut", "endMySession", "changePassword"]  # they end the session that asks
    config = server.data.parent / "schemathesis.toml"
    hooks = server.data.parent / "upload_bytes.py"
    hooks.write_text('import schemathesis\nschemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")\n')
    # A quota that is used up is no fault; and where two things are wrong, either may be told.
    config.write_text(
        'hooks = "upload_bytes.py"\n[checks]\nmissing_required_header.expected-statuses = ["400", "401", "403", "412", "415"]\n'  # 412 by tus
        'not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 507]\n'
        'negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "415", "422", "429"]\n'
    )
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", server.address + "/api/v1/openapi.json", "--no-color", "--max-examples", "25"]
        + ["--header", f"Authorization: {ana.headers['Authorization']}", "--exclude-checks", "positive_data_acceptance", "--seed", "1"]
        + [argument for name in left_out for argument in ("--exclude-operation-id", name)],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=server.data.parent,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    tried = int(re.search(r"(\d+) generated", run.stdout)[1])
    print(f"schemathesis: {tried} requests, seed 1")
    assert tried > 1000
    assert [line for line in server.log.read_text().splitlines() if json.loads(line)["level"] == "error"] == []
    assert PASSWORD not in server.log.read_text()
