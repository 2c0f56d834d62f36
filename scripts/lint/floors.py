"""Holds the code to the rules that docs/architecture.md states in its fenced blocks: who may include whom, which library is used in
which folder, who owns which table. Prints each breach as `file:line: what`, and exits 1 if there are any."""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#include\s+[<"]([^>"]+)[>"]')
# Calls that only Files may make. A leading :: is how the project calls the system.
FILE_CALLS = re.compile(r"(?<!\w)::(open|openat|creat|rename|renameat2?|fsync|fdatasync|opendir|mkdir|ftruncate)\(|std::[io]?fstream|std::filesystem")
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN|TABLE(?: IF NOT EXISTS| IF EXISTS)?)\s+([a-z_][a-z_0-9]*)")
SQL_WORDS = {"set"}


class Rules:
    def __init__(self, document: str):
        self.floors = {}
        for line in block(document, "floors"):
            number, *folders = line.split()
            for folder in folders:
                self.floors[folder] = int(number)
        self.rooms = {name: set(folders) for name, *folders in map(str.split, block(document, "rooms"))}
        self.tables = dict(line.split() for line in block(document, "tables"))


def block(document: str, name: str) -> list[str]:
    found = re.search(rf"^```{name}\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    if not found:
        raise SystemExit(f"docs/architecture.md: the block ```{name} is missing")
    return [line for line in found.group(1).splitlines() if line.strip()]


def is_test(path: pathlib.PurePath) -> bool:
    return path.stem.endswith("_test") or "testing" in path.parts


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


def breaches_of_file(rules: Rules, path: pathlib.PurePath, text: str) -> list[str]:
    """`path` is relative to src/cairn."""
    folder = path.parts[0]
    found = []
    if folder not in rules.floors:
        return [f"{path}:1: the folder {folder}/ has no floor in docs/architecture.md"]
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        if include:
            found += [f"{path}:{number}: {what}" for what in breaches_of_include(rules, path, include.group(1))]
        elif folder != "runtime" and not is_test(path) and FILE_CALLS.search(without_comments(line)):
            found.append(f"{path}:{number}: files are opened, synced, renamed and listed by runtime/files.h alone")
    if not is_test(path):
        for number, table in tables_named(text):
            owner = rules.tables.get(table)
            if owner != folder:
                found.append(f"{path}:{number}: the table {table} belongs to {owner or 'no folder in docs/architecture.md'}")
    return found


def breaches_of_include(rules: Rules, path: pathlib.PurePath, included: str) -> list[str]:
    folder = path.parts[0]
    found = []
    if included.startswith("cairn/"):
        target = pathlib.PurePath(included).relative_to("cairn")
        other = target.parts[0]
        if other not in rules.floors:
            found.append(f"includes {included}, whose folder has no floor")
        elif other != folder and rules.floors[other] >= rules.floors[folder]:
            found.append(
                f"{folder}/ (floor {rules.floors[folder]}) may not include {other}/ (floor {rules.floors[other]}): only lower floors"
            )
        if "testing" in target.parts and not is_test(path):
            found.append(f"includes {included}, which is for tests alone")
    for room, folders in rules.rooms.items():
        if included.startswith(room) and folder not in folders:
            found.append(f"includes {included}, which stays inside {' and '.join(sorted(folders))}")
    return found


def tables_named(text: str) -> list[tuple[int, str]]:
    """Tables named in the SQL of string literals, with their lines."""
    found = []
    code = without_comments(text)
    views = set(re.findall(r"\bWITH RECURSIVE (\w+)", code))  # named in the statement itself
    for literal in re.finditer(r'"(?:[^"\\\n]|\\.)*"', code):
        for table in TABLE.findall(literal.group(0)):
            if table not in SQL_WORDS and table not in views:
                found.append((code.count("\n", 0, literal.start()) + 1, table))
    return found


def folders_without_a_job(source: pathlib.Path) -> list[str]:
    """Each folder says in the first lines of its main header what it is for."""
    found = []
    for folder in sorted(p for p in source.iterdir() if p.is_dir()):
        headers = list(folder.glob("*.h"))
        if headers and not any(f"// {folder.name}/: " in header.read_text()[:400] for header in headers):
            found.append(f"{folder.name}: no header begins with '// {folder.name}/: ' and the folder's job")
    return found


def dead_links(root: pathlib.Path) -> list[str]:
    found = []
    for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        for number, line in enumerate(page.read_text().splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)", line):
                if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
                    found.append(f"{page.relative_to(root)}:{number}: there is no {target}")
    return found


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2]
    source = root / "src/cairn"
    rules = Rules((root / "docs/architecture.md").read_text())
    found = folders_without_a_job(source) + dead_links(root)
    for file in sorted([*source.rglob("*.h"), *source.rglob("*.cpp")]):
        found += breaches_of_file(rules, file.relative_to(source), file.read_text())
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
