"""Makes the C++ source that holds the API's contract, as JSON, and the page to read it, from openapi.yaml."""

import html
import json
import pathlib
import sys

import yaml

PIECE = 8_000  # letters in a literal; compilers need not take more than 65,536 in all, but do


def literal(text: str) -> str:
    """The text as C++ string literals, one below the other."""
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n".join(f'R"document({piece})document"' for piece in pieces) or '""'


def main() -> None:
    contract = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())
    source = (
        '#include "cairn/api/documents.h"\n\nnamespace cairn::api {\n\n'
        f"std::string_view contract_json() {{\n  return {literal(json.dumps(contract, ensure_ascii=False))};\n}}\n\n"
        f"std::string_view documentation_page() {{\n  return {literal(Page(contract).text())};\n}}\n\n}}  // namespace cairn::api\n"
    )
    pathlib.Path(sys.argv[2]).write_text(source)


STYLE = """
:root { color-scheme: light dark; --bg: #fff; --fg: #1a1d21; --dim: #5b6470; --line: #e3e6ea; --soft: #f5f6f8; --accent: #2457d6; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #14171a; --fg: #e8eaed; --dim: #9aa4b0; --line: #2a2f36; --soft: #1c2025; --accent: #8ab0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
a { color: var(--accent); }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: 4px; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.route { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1rem 0; }
.call { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
.method { font: 600 .8rem ui-monospace, monospace; color: var(--accent); min-width: 3.5rem; }
.path { font: .95rem ui-monospace, monospace; }
.dim { color: var(--dim); }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); border-top: 0; }
.scroll { overflow-x: auto; }
"""


def marked(text: str) -> str:
    """The little of Markdown that the contract uses: paragraphs, code, bold."""
    escaped = html.escape(text.strip())
    for mark, tag in (("`", "code"), ("**", "b")):
        parts = escaped.split(mark)
        escaped = "".join(part if i % 2 == 0 else f"<{tag}>{part}</{tag}>" for i, part in enumerate(parts))
    return "".join(f"<p>{paragraph}</p>" for paragraph in escaped.split("\n\n"))


def inline(text: str) -> str:
    return marked(text).removeprefix("<p>").removesuffix("</p>")


class Page:
    """Writes the contract down for people, without a script."""

    def __init__(self, contract: dict):
        self.contract = contract

    def resolved(self, part: dict) -> dict:
        """The part, what it refers to put in its place."""
        if "$ref" not in part:
            return part
        found = self.contract
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return {**found, **{key: value for key, value in part.items() if key != "$ref"}}

    def kind_of(self, schema: dict) -> str:
        """`text`, `list of Node` …"""
        if "$ref" in schema and self.resolved(schema).get("type") == "object":
            name = schema["$ref"].rsplit("/", 1)[1]
            return f'<a href="#schema-{name}">{name}</a>'
        schema = self.resolved(schema)
        if "enum" in schema:
            return ", ".join(f"<code>{html.escape(str(value))}</code>" for value in schema["enum"])
        kind = schema.get("type", "anything")
        if isinstance(kind, list):
            kind = " or ".join(kind)
        if kind == "array":
            return "list of " + self.kind_of(schema.get("items", {}))
        bounds = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
        return " ".join([html.escape(schema.get("format", kind)), *bounds])

    def fields(self, schema: dict) -> str:
        """A table of an object's fields."""
        schema = self.resolved(schema)
        properties = dict(schema.get("properties", {}))
        rows = []
        for name, raw in properties.items():
            field = self.resolved(raw)
            note = inline(raw.get("description", field.get("description", "")))
            if "default" in field:
                note += f' <span class="dim">default {html.escape(json.dumps(field["default"]))}</span>'
            needed = "" if name in schema.get("required", []) else ' <span class="dim">optional</span>'
            rows.append(f"<tr><td><code>{html.escape(name)}</code>{needed}</td><td>{self.kind_of(raw)}</td><td>{note}</td></tr>")
        if not rows:
            return ""
        return f'<div class="scroll"><table><tr><th>field</th><th>kind</th><th></th></tr>{"".join(rows)}</table></div>'

    def parameters(self, parameters: list[dict]) -> str:
        rows = []
        for parameter in map(self.resolved, parameters):
            schema = parameter.get("schema", {})
            note = inline(parameter.get("description", ""))
            default = self.resolved(schema).get("default")
            if default is not None:
                note += f' <span class="dim">default {html.escape(json.dumps(default))}</span>'
            rows.append(
                f'<tr><td><code>{html.escape(parameter["name"])}</code> <span class="dim">{parameter["in"]}</span></td>'
                f"<td>{self.kind_of(schema)}</td><td>{note}</td></tr>"
            )
        if not rows:
            return ""
        return f'<div class="scroll"><table><tr><th>parameter</th><th>kind</th><th></th></tr>{"".join(rows)}</table></div>'

    def body(self, operation: dict) -> str:
        if "requestBody" not in operation:
            return ""
        content = self.resolved(operation["requestBody"])["content"]
        types = ", ".join(f"<code>{html.escape(kind)}</code>" for kind in content)
        return f'<p class="dim">Body: {types}</p>' + self.fields(next(iter(content.values())).get("schema", {}))

    def answers(self, operation: dict) -> str:
        rows = []
        for status, raw in operation["responses"].items():
            response = self.resolved(raw)
            schemas = [part.get("schema", {}) for part in response.get("content", {}).values()]
            kind = self.kind_of(schemas[0]) if schemas and schemas[0] else ""
            rows.append(f'<tr><td><code>{status}</code></td><td>{inline(response["description"])}</td><td>{kind}</td></tr>')
        return f'<div class="scroll"><table><tr><th>answer</th><th></th><th></th></tr>{"".join(rows)}</table></div>'

    def route(self, path: str, method: str, shared: list[dict], operation: dict) -> str:
        return (
            f'<section class="route" id="{operation["operationId"]}"><h3>{inline(operation["summary"])}</h3>'
            f'<p class="call"><span class="method">{method.upper()}</span><span class="path">{html.escape(path)}</span></p>'
            + marked(operation.get("description", ""))
            + self.parameters(shared + operation.get("parameters", []))
            + self.body(operation)
            + self.answers(operation)
            + "</section>"
        )

    def routes(self, tag: str) -> str:
        found = []
        for path, item in self.contract["paths"].items():
            for method, operation in item.items():
                if method != "parameters" and tag in operation["tags"]:
                    found.append(self.route(path, method, item.get("parameters", []), operation))
        return "".join(found)

    def schemas(self) -> str:
        return "".join(
            f'<section class="route" id="schema-{name}"><h3>{name}</h3>{self.fields(schema)}</section>'
            for name, schema in self.contract["components"]["schemas"].items()
            if schema.get("type") == "object"
        )

    def problems(self) -> str:
        rows = "".join(
            f'<tr id="problem-{row["type"]}"><td><code>/problems/{row["type"]}</code></td><td>{row["status"]}</td>'
            f"<td>{inline(row['meaning'])}</td></tr>"
            for row in self.contract["x-problems"]
        )
        return f'<div class="scroll"><table><tr><th>type</th><th>status</th><th>meaning</th></tr>{rows}</table></div>'

    def text(self) -> str:
        info, tags = self.contract["info"], self.contract["tags"]
        anchors = {tag["name"]: tag["name"].lower().replace(" ", "-") for tag in tags}
        links = "".join(f'<li><a href="#{anchor}">{name}</a></li>' for name, anchor in anchors.items())
        links += '<li><a href="#schemas">Schemas</a></li><li><a href="#problems">Problems</a></li>'
        sections = "".join(
            f'<h2 id="{anchors[tag["name"]]}">{tag["name"]}</h2>{marked(tag.get("description", ""))}{self.routes(tag["name"])}' for tag in tags
        )
        title = html.escape(f'{info["title"]}: API version {info["version"]}')
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
            f'<p class="dim">{inline(info["summary"])} For programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p>'
            f"{marked(info['description'])}<nav aria-label='Sections'><ul>{links}</ul></nav>{sections}"
            f'<h2 id="schemas">Schemas</h2>{self.schemas()}<h2 id="problems">Problems</h2>{self.problems()}</main></body></html>\n'
        )


if __name__ == "__main__":
    main()
