"""Runs clang-tidy over the files of a build, each only if it or anything it includes has changed since it was last found clean."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

TIDY = "clang-tidy-19"


def key_of(command: dict, config: bytes) -> str:
    """What decides the findings: the preprocessed source with its line marks, the command and the configuration."""
    arguments = command["command"].split()
    arguments = [a for a in arguments if a != "ccache"]
    out = arguments.index("-o")
    preprocess = arguments[:out] + arguments[out + 2 :]
    preprocess[preprocess.index("-c")] = "-E"
    source = subprocess.run(preprocess, cwd=command["directory"], check=True, capture_output=True).stdout
    root = os.getcwd().encode()
    return hashlib.sha256(config + TIDY.encode() + source.replace(root, b"")).hexdigest()


def check(command: dict, build: pathlib.Path, cache: pathlib.Path, config: bytes) -> str | None:
    """The findings in one file, None if it is clean."""
    clean = cache / key_of(command, config)
    if clean.exists():
        return None
    run = subprocess.run([TIDY, "--quiet", "-p", str(build), command["file"]], capture_output=True, text=True)
    if run.returncode != 0:
        return run.stdout + run.stderr
    clean.touch()
    return None


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    config = pathlib.Path(".clang-tidy").read_bytes()
    source = str(pathlib.Path("src").resolve())
    commands = [c for c in json.loads((options.build / "compile_commands.json").read_text()) if c["file"].startswith(source)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = [f for f in pool.map(lambda c: check(c, options.build, options.cache, config), commands) if f]
    print("\n".join(findings), end="")
    print(f"clang-tidy: {len(commands)} files, {len(findings)} with findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
