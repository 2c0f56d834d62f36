"""Makes the sources that hold the built web app: an assembler file that takes the files in as they are, and the table of them."""

import hashlib
import pathlib
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
PACKED = (".gz", ".br")


def main() -> None:
    built, assembler, table = map(pathlib.Path, sys.argv[1:])
    texts = []
    numbers = {}

    def view(path: pathlib.Path) -> str:
        """The expression for the file's bytes; a file that is not there has none."""
        if not path.exists():
            return "{}"
        number = numbers.setdefault(path, len(numbers))
        return f"between(cairn_web_{number}, cairn_web_{number}_end)"

    for path in sorted(p for p in built.rglob("*") if p.is_file() and p.suffix not in PACKED and p.name not in ("index.html", "built", "manifest.json")):
        etag = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        packed = ", ".join(view(path.with_name(path.name + suffix)) for suffix in PACKED)
        texts.append(f'      {{"/{path.relative_to(built)}", "{TYPES[path.suffix]}", {view(path)}, {packed}, "\\"{etag}\\""}},\n')
    page = view(built / "index.html")

    names = [f"cairn_web_{number}{end}" for number in numbers.values() for end in ("", "_end")]
    lines = ["  .section .rodata\n"]
    for path, number in numbers.items():
        lines.append(f'  .global cairn_web_{number}, cairn_web_{number}_end\ncairn_web_{number}:\n  .incbin "{path}"\ncairn_web_{number}_end:\n')
    assembler.write_text("".join(lines) + '  .section .note.GNU-stack,"",%progbits\n')

    table.write_text(
        '#include "cairn/webapp/assets.h"\n\n#include <vector>\n\nextern "C" {\n'
        + "".join(f"extern const char {name}[];\n" for name in names)
        + "}\n\nnamespace cairn::webapp {\nnamespace {\n\n"
        "std::string_view between(const char* begin, const char* end) { return {begin, end}; }\n\n}  // namespace\n\n"
        "std::span<const Asset> assets() {\n  static const std::vector<Asset> kAssets{\n" + "".join(texts) + "  };\n  return kAssets;\n}\n\n"
        f"std::string_view start_page() {{ return {page}; }}\n\n}}  // namespace cairn::webapp\n"
    )


main()
